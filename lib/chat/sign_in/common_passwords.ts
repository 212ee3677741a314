/**
 * Passwords that are guessed first: a thousand listed ones, and the tens of thousands that people make of a common word
 * with digits or a year, of a short piece repeated, or of a date. Written for this project from general knowledge.
 */
/** Known as they stand, in lower case: walks over the keyboard, repetitions, phrases, names. */
const LISTED = `
password passw0rd p@ssword p@ssw0rd pa55word pa55w0rd passwort contraseña contrasena motdepasse wachtwoord password!
password1! password123! p@ssword1 p@ssw0rd1 p@ssw0rd! p@ssw0rd123 passw0rd1 passw0rd123 mypassword yourpassword
thepassword passpass password2 passwords password01 password00 password99 newpassword changeme changeme1 changeme123
changeit letmein1 letmein2 letmein! letmein123 letmeinnow welcome1 welcome01 welcome! welcome123 welcome2 admin123
admin1234 admin12345 administrator adminadmin admin@123 root1234 rootroot toor1234 superuser sysadmin supervisor
guest123 guestguest test1234 testtest testing1 testing123 tester123 default1 temp1234 temporary user1234 username
useruser demo1234 demodemo qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty
qwerty!@# qwerty00 qwerty99 qwerty7890 qwer1234 qwert123 qwert12345 qweqweqwe qweasdzxc qweasd123 qwe123qwe qweasdqwe
qazwsxedc qazwsx12 qazwsx123 qazwsxedcrfv 1qaz2wsx 1qazxsw2 1qaz2wsx3edc zaq12wsx zaq1zaq1 zaq1xsw2 !qaz2wsx 1q2w3e4r
1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 qwe12345 asdfghjk asdfghjkl asdfasdf asdf1234 asdfjkl; asdf;lkj asdfqwer
asd12345 asd123asd asdasdasd asdqwe123 zxcvbnm1 zxcvbnm123 zxcvbnm, zxcvzxcv zxc12345 zxcasdqwe zxcasd123 poiuytrewq
lkjhgfdsa mnbvcxz1 0okm9ijn 1234qwer 123qwe123 123qweasd 123qwe456 12qwaszx 12345qwert 123456qwerty 1234asdf 123asd123
azertyui azertyuiop azerty123 azerty12 qwertzui qwertzuiop qwertz123 asdfghjklö йцукенгш йцукенгшщз пароль123
12345678 123456789 1234567890 0123456789 01234567 012345678 12345678910 123456789a 12345678a 123456789q 87654321
987654321 9876543210 0987654321 098765432 123123123 123321123 12341234 1234554321 123454321 12344321 123456123456
12312312 32132132 321321321 456456456 789789789 147258369 147852369 159357456 741852963 963852741 369258147 159753456
14725836 15975346 78945612 789456123 789456123a 112233445566 11223344 1122334455 11112222 12121212 1212121212 13131313
10101010 101010101 20202020 69696969 00112233 123456789z a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4
aa123456 aa12345678 aaa11111 abc12345 abc123456 abc1234567 abc123abc abcabcabc abcd1234 abcd12345 abcdefgh abcdefghi
abcdefghij abcdefg1 abcde123 abcde12345 abcdef123 abcdefg123 1234abcd 12345abc 123abc123 123456abc 12345678abc xyz12345
iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou12 iloveyou123 iloveyou3 ilovegod ilovejesus ilovehim ilovemom ilovemyself
iloveme1 iloveme2 ilovesex iluvyou1 loveyou1 loveyou2 loveme12 lovelove loveyou123 lovely12 lovely123 iloveu12 iloveu123
ihateyou ihateyou1 imissyou teamo123 tequiero teamomucho tequieromucho jetaime1 jetaime123 tiamo123 ichliebedich
sunshine princess football baseball basketball superman batman123 spiderman ironman1 starwars startrek pokemon1 pikachu1
trustno1 whatever whatever1 michael1 michelle jennifer jennifer1 jessica1 jonathan jordan23 anthony1 benjamin alexander
alexandra alexander1 alexandre elizabeth elizabeth1 christian christian1 christina christine christopher samantha
samantha1 stephanie veronica victoria victoria1 isabella isabelle gabriela gabriel1 fernando francisco francesco
sebastian nicholas nicholas1 nathalie natalie1 patricia patricia1 caroline catherine katherine margarita marianne
mercedes mercedes1 ferrari1 porsche1 porsche911 corvette mustang1 mustang67 yamaha123 kawasaki harley-davidson davidson
chevrolet chevelle chevy123 camaro69 ducati99 suzuki123 computer computer1 internet internet1 explorer netscape microsoft
windows1 windows10 windows7 windows8 windows11 linux123 ubuntu123 macintosh macbook1 apple123 android1 samsung1 samsung123
google123 facebook facebook1 facebook123 youtube1 youtube123 twitter1 linkedin linkedin1 myspace1 hotmail1 hotmail123
gmail123 yahoo123 minecraft minecraft1 minecraft123 fortnite fortnite1 roblox123 runescape warcraft worldofwarcraft
starcraft playstation playstation2 playstation3 nintendo nintendo64 gameboy1 gamecube xbox3600 counterstrike halflife
assassin assassins terminator godfather godzilla gandalf1 hobbit123 lordoftherings harrypotter hogwarts dumbledore
matrix123 thematrix neo12345 morpheus skywalker starwars1 darthvader jediknight chewbacca obiwan12 stormtrooper
scarface scoobydoo snoopdog snoopy12 garfield garfield1 spongebob spongebob1 mickeymouse mickey123 donaldduck winniethepooh
tinkerbell tigger12 tigger123 hellokitty hellokitty1 barbie123 babygirl babygirl1 babyboy1 babyblue babydoll babycakes
sweetheart sweetie1 sweetpea sugarplum cupcake1 buttercup chocolate chocolate1 cookie123 cookies1 strawberry strawberry1
blueberry raspberry pineapple watermelon cinnamon marshmallow cheese123 cheesecake pancakes hamburger pepperoni spaghetti
butterfly butterfly1 dragonfly ladybug1 elephant elephant1 dolphins dolphin1 tiger123 lion1234 panther1 panthers pussycat
wildcats wildcat1 bulldogs bulldog1 labrador rottweiler chihuahua dachshund hedgehog kangaroo crocodile alligator
blackcat blackdog blackbird bluebird eagles12 cowboys1 cowboys123 steelers steelers1 packers1 patriots yankees1 yankees2
redskins broncos1 raiders1 lakers24 lakers123 chicago1 bulls123 celtics1 cubs1234 redsox04 phillies dodgers1 giants12
arsenal1 arsenal123 chelsea1 chelsea123 liverpool liverpool1 liverpool123 everton1 manchester manunited manutd123
barcelona barcelona1 realmadrid juventus intermilan acmilan1 bayern123 schalke04 dortmund borussia galatasaray fenerbahce
besiktas corinthians flamengo palmeiras saopaulo bocajuniors riverplate chivas123 ronaldo7 ronaldo1 cristiano messi123
messi10 neymar11 beckham7 zidane10 iverson3 kobe2424 jordan123 tigerwoods federer1 schumacher hamilton44 rangers1 celtic88
newcastle tottenham westham1 sunderland portsmouth birmingham nottingham edinburgh glasgow1 scotland scotland1 ireland1
england1 london12 london123 amsterdam rotterdam brussels germany1 deutschland hamburg1 frankfurt stuttgart muenchen
switzerland austria1 barcelona9 valencia sevilla1 portugal portugal1 brasil123 argentina argentina1 colombia mexico123
venezuela guatemala california california1 newyork1 newyork123 chicago23 losangeles sanfrancisco lasvegas washington
virginia carolina georgia1 florida1 arizona1 colorado montana1 nebraska oklahoma michigan minnesota wisconsin tennessee
kentucky mississippi alabama1 australia australia1 melbourne newzealand singapore indonesia malaysia philippines pakistan
pakistan1 hyderabad bangalore bangladesh istanbul turkey123 moscow123 ukraine1 poland123 warszawa kochamcie polska12
monkey12 monkey123 monkey01 monkey69 dragon12 dragon123 dragon01 dragon69 shadow12 shadow123 master12 master123 mastermind
killer12 killer123 hunter12 hunter123 ranger12 buster12 buster123 tigger01 charlie1 charlie2 charlie123 thomas12 thomas123
robert12 robert123 andrew12 andrew123 daniel12 daniel123 joshua12 joshua123 matthew1 matthew2 william1 richard1 patrick1
jackson1 jackson5 madison1 hannah12 hannah123 nicole12 nicole123 ashley12 ashley123 amanda12 amanda123 melissa1 rebecca1
jasmine1 vanessa1 brandon1 justin12 justin123 bieber123 justinbieber onedirection beyonce1 rihanna1 ladygaga eminem12
eminem123 slimshady metallica metallica1 megadeth slipknot slipknot1 nirvana1 nirvana123 ironmaiden blacksabbath acdc1234
rammstein linkinpark greenday greenday1 blink182 blink-182 pinkfloyd ledzeppelin beatles1 rollingstones guitar12 guitar123
musicman musiclover rockstar rockstar1 rocknroll skateboard skater12 snowboard snowboard1 swimming swimming1 gymnastics
cheerleader cheerleader1 volleyball softball softball1 lacrosse hockey12 hockey123 wrestling soccer10 soccer11 soccer12
soccer123 football1 football12 football123 football10 baseball1 baseball12 basketball1 tennis123 golf1234 golfing1 golfer12
fishing1 fishing123 hunting1 marines1 marines123 military airborne firefighter fireman1 police123 security security1
secret12 secret123 topsecret private1 nothing1 something anything everything nobody12 somebody anonymous anonymous1
mustang12 maverick maverick1 phoenix1 scorpion scorpion1 aquarius sagittarius capricorn leonardo leonardo1 michelangelo
raphael1 donatello einstein newton12 napoleon alexander2 spartan1 spartan117 gladiator hercules achilles poseidon zeus1234
midnight midnight1 moonlight starlight sunlight sunflower sunflower1 sunshine1 sunshine12 sunshine123 rainbow1 rainbow123
thunder1 lightning hurricane tornado1 blizzard blizzard1 snowball snowflake snowman1 december december1 november november1
september october1 february january1 thursday wednesday saturday monday123 friday13 friday123 summer12 summer123 winter12
winter123 autumn12 spring123 springtime christmas christmas1 halloween birthday birthday1 anniversary valentine valentine1
blessed1 blessing faith123 jesus123 jesus777 jesuschrist jesusislord jesus4ever christ123 godisgood godbless hallelujah
heavenly angel123 angels12 angelica angelina angelo123 archangel lucifer1 lucifer666 devil666 satan666 demon666 vampire1
freedom1 freedom123 peace123 peaceful happy123 happyday happiness smile123 smiley12 friends1 friends4ever bestfriend
bestfriends forever1 forever21 always123 together darling1 handsome beautiful beautiful1 gorgeous pretty123 prettygirl
sexygirl sexybabe sexylady sexy1234 sexybitch fuckyou1 fuckyou2 fuckyou! fuckyou123 fuckoff1 fuckface fuckthis asshole1
bullshit bitch123 bitches1 cocksucker motherfucker pussy123 pussy69 bigdick1 hotgirls hardcore playboy1 playboy123 pornstar
blowjob1 bigtits1 gangster gangsta1 thuglife hustler1 money123 moneyman moneymaker dollars1 millionaire diamond1 diamonds
crystal1 emerald1 sapphire platinum silver12 silver123 golden12 goldfish goldberg jackpot1 casino123 poker123 lucky123
lucky777 lucky13 seven777 number1! number12 numberone onelove1 onetwothree onetwothreefour abracadabra opensesame
correcthorsebatterystaple batterystaple trustnoone hackme12 hacker12 hacker123 hackers1 cracker1 h4ck3r12 l33thax0r
monster1 monster123 zombie12 zombie123 killers1 predator predator1 punisher deadpool wolverine wolverine1 superstar
superstar1 superman1 superman12 superman123 supergirl batman12 batgirl1 captain1 avengers spartans warriors warrior1
knights1 crusader templar1 excalibur merlin12 merlin123 wizard12 wizard123 magician mystery1 mysterio illusion infinity
infinity1 universe galaxy12 mercury1 jupiter1 saturn12 neptune1 pluto123 apollo11 apollo13 challenger discovery enterprise
voyager1 stargate stargate1 babylon5 battlestar dragonball dragonball1 dragonballz narutouzumaki naruto12 naruto123
sasuke12 sasuke123 onepiece bleach12 inuyasha1 evangelion finalfantasy zelda123 supermario mario123 luigi123 yoshi123
sonic123 megaman1 metroid1 kingdomhearts sephiroth cloud123 squall12 tekken123 mortalkombat callofduty halo1234 gearsofwar
godofwar grandtheftauto sanandreas vicecity needforspeed leagueoflegends dota2dota overwatch valorant csgo1234 steam123
discord1 discord123 parley12 parley123 parleychat chatchat chat1234 chatroom server12 server123 database postgres postgresql
mysql123 oracle12 oracle123 cisco123 raspberrypi
`;

/** What people put digits behind, and languages' words for it. */
const WORDS = `
password passwort passw0rd p@ssword p@ssw0rd pass welcome letmein admin administrator root user guest test testing login
hello hallo hola bonjour ciao secret master qwerty qwertz azerty asdf asdfgh zxcvbn abc abcd abcde love iloveyou sunshine
princess prince king queen angel baby honey sweet dragon monkey tiger lion eagle wolf bear shark horse kitty puppy doggy
football soccer baseball basketball hockey tennis golf liverpool arsenal chelsea barcelona madrid juventus summer winter
spring autumn january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday michael jessica ashley daniel david robert thomas andrew joshua matthew anthony william
james john joseph charlie george jordan justin brandon nicole amanda melissa jennifer michelle samantha elizabeth maria anna
laura sarah sophie emma julia martin peter stefan andreas marco paulo pedro carlos juan jose luis miguel diego alex alexander
sasha natasha ivan dmitri sergey ahmed mohamed ali fatima batman superman spiderman starwars pokemon naruto minecraft ninja
killer hunter ranger shadow ghost freedom forever jesus christ blessed faith heaven london paris berlin madrid newyork
america mexico brazil india china japan korea russia turkey canada computer internet windows google apple samsung office
company business work school student teacher doctor police security access system server network parley chat banana orange
cherry cookie chocolate coffee pizza flower rose lily purple yellow orange green black silver golden
`;

/** What comes before or behind a word. */
const ENDINGS = `
0 1 2 3 5 7 8 9 00 01 02 07 10 11 12 13 21 22 23 33 69 77 88 99 007 100 101 111 123 222 321 333 420 666 777 888 999 1234
12345 123456 1234567 12345678 1111 2222 0000 1212 4321 ! !! !1 1! 123! 1234! 12! @1 @12 @123 @1234 #1 #123 _123 qwerty abc
abc123 a1
`;
/** 1950-2039, also as summer@2024 or summer2024! */
const YEAR = /^@?(?:19[5-9]\d|20[0-3]\d)!?$/;
/** aaaaaaaa, 12121212, abcabcabc, qwerqwer, passwordpassword is a word twice */
const REPEATED = /^(.{1,4})\1+$/su;
/** 31121999 or 12311999, and 19991231 */
const DATE = /^(?:(?:[0-3]\d[01]\d|[01]\d[0-3]\d)(?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d)$/;

const listed = wordsOf(LISTED);
const words = wordsOf(WORDS);
const endings = wordsOf(ENDINGS);

/** Compared without regard to case. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  return listed.has(lower) || words.has(lower) || REPEATED.test(lower) || DATE.test(lower) || isWordWithMore(lower);
}

/** summer2024!, 123password, hellohello: cut at each place into what is known on both sides. */
function isWordWithMore(password: string): boolean {
  for (let cut = 1; cut < Math.min(password.length, 32); cut++) {
    const first = password.slice(0, cut);
    const second = password.slice(cut);
    if (words.has(first) && (isEnding(second) || first === second)) return true;
    if (words.has(second) && isEnding(first)) return true;
  }
  return false;
}

function isEnding(text: string): boolean {
  return endings.has(text) || YEAR.test(text);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
