/**
 * Emoji by group: the character, its short name, words to find it by. Loaded when the first picker or `:` opens, not before.
 * Each stands in its one form (normalEmoji).
 *
 * From emojibase-data 16.0.3 (https://emojibase.dev), MIT License, Copyright (c) 2017-2019 Miles Johnson.
 */

// deno-fmt-ignore
export const GROUPS: readonly { name: string; emoji: string }[] = [
  {
    name: "Smileys",
    emoji: `😀 grinning cheerful cheery face
😃 smiley awesome big eyes
😄 smile eye eyes face
😁 grin beaming eye eyes
😆 laughing closed eyes face
😅 sweat_smile cold dejected excited
🤣 rofl crying face floor
😂 joy crying face feels
🙂 slightly_smiling_face happy smile
🙃 upside_down_face hehe smile upside-down
🫠 melting_face disappear dissolve embarrassed
😉 wink face flirt heartbreaker
😊 blush eye eyes face
😇 innocent angel angelic angels
🥰 smiling_face_with_three_hearts 3 adore crush
😍 heart_eyes 143 bae face
🤩 star_struck excited eyes face
😘 kissing_heart adorbs bae blowing
😗 kissing 143 date dating
☺️ relaxed face happy outlined
😚 kissing_closed_eyes 143 bae blush
😙 kissing_smiling_eyes 143 closed date
🥲 smiling_face_with_tear glad grateful happy
😋 yum delicious eat face
😛 stuck_out_tongue awesome cool face
😜 stuck_out_tongue_winking_eye crazy epic face
🤪 zany_face crazy eye eyes
😝 stuck_out_tongue_closed_eyes face gross horrible
🤑 money_mouth_face money-mouth paid
🤗 hugs face hands hugging
🤭 hand_over_mouth face giggle giggling
🫢 face_with_open_eyes_and_hand_over_mouth amazement awe disbelief
🫣 face_with_peeking_eye captivated embarrass hide
🤫 shushing_face quiet shh
🤔 thinking chin consider face
🫡 saluting_face good luck ok
🤐 zipper_mouth_face keep quiet secret
🤨 raised_eyebrow disapproval disbelief distrust
😐 neutral_face awkward blank deadpan
😑 expressionless awkward dead face
😶 no_mouth awkward blank expressionless
🫥 dotted_line_face depressed disappear hidden
😶‍🌫️ face_in_clouds absentminded fog head
😏 smirk boss dapper face
😒 unamused ... bored face
🙄 roll_eyes eyeroll face rolling
😬 grimacing awk awkward dentist
😮‍💨 face_exhaling blow blowing exhale
🤥 lying_face liar lie pinocchio
🫨 shaking_face crazy daze earthquake
😌 relieved calm face peace
😔 pensive awful bored dejected
😪 sleepy crying face good
🤤 drooling_face
😴 sleeping bed bedtime face
😷 mask cold dentist dermatologist
🤒 face_with_thermometer ill sick
🤕 face_with_head_bandage head-bandage hurt injury
🤢 nauseated_face gross nasty sick
🤮 vomiting_face barf ew gross
🤧 sneezing_face fever flu gesundheit
🥵 hot_face dying feverish heat
🥶 cold_face blue blue-faced freezing
🥴 woozy_face dizzy drunk eyes
😵 dizzy_face crossed-out dead eyes
😵‍💫 face_with_spiral_eyes confused dizzy hypnotized
🤯 exploding_head blown explode mind
🤠 cowboy_hat_face cowgirl
🥳 partying_face bday birthday celebrate
🥸 disguised_face eyebrow glasses incognito
😎 sunglasses awesome beach bright
🤓 nerd_face brainy clever expert
🧐 monocle_face classy fancy rich
😕 confused befuddled confusing dunno
🫤 face_with_diagonal_mouth confused confusion disappointed
😟 worried anxious butterflies face
🙁 slightly_frowning_face sad
☹️ frowning_face sad
😮 open_mouth believe face forgot
😯 hushed epic face omg
😲 astonished cost face no
😳 flushed amazed awkward crazy
🥺 pleading_face begging big eyes
🥹 face_holding_back_tears admiration aww cry
😦 frowning caught face guard
😧 anguished face forgot scared
😨 fearful afraid anxious blame
😰 cold_sweat anxious blue eek
😥 disappointed_relieved anxious call close
😢 cry awful crying face
😭 sob bawling cry crying
😱 scream epic face fear
😖 confounded annoyed confused cringe
😣 persevere concentrate concentration face
😞 disappointed awful blame dejected
😓 sweat close cold downcast
😩 weary crying face fail
😫 tired_face cost feels nap
🥱 yawning_face bedtime bored goodnight
😤 triumph anger angry face
😡 pout anger angry enraged
😠 angry anger blame face
🤬 cursing_face censor cussing mad
😈 smiling_imp demon devil evil
👿 imp angry demon devil
💀 skull body dead death
☠️ skull_and_crossbones dead death face
💩 hankey bs comic doo
🤡 clown_face
👹 japanese_ogre creature devil face
👺 japanese_goblin angry creature face
👻 ghost boo creature excited
👽 alien creature extraterrestrial face
👾 space_invader alien creature extraterrestrial
🤖 robot face monster
😺 smiley_cat animal face grinning
😸 smile_cat animal eye eyes
😹 joy_cat animal face laugh
😻 heart_eyes_cat animal face heart-eyes
😼 smirk_cat animal face ironic
😽 kissing_cat animal closed eye
🙀 scream_cat animal face oh
😿 crying_cat_face animal sad tear
😾 pouting_cat animal face
🙈 see_no_evil embarrassed face forbidden
🙉 hear_no_evil animal ears face
🙊 speak_no_evil animal face forbidden
💌 love_letter heart mail romance
💘 cupid 143 adorbs arrow
💝 gift_heart 143 anniversary emotion
💖 sparkling_heart 143 emotion excited
💗 heartpulse 143 emotion excited
💓 heartbeat 143 beating cardio
💞 revolving_hearts 143 adorbs anniversary
💕 two_hearts 143 anniversary date
💟 heart_decoration 143 emotion hearth
❣️ heavy_heart_exclamation mark punctuation
💔 broken_heart break crushed emotion
❤️‍🔥 heart_on_fire burn love lust
❤️‍🩹 mending_heart healthier improving recovering
❤️ heart emotion love red
🩷 pink_heart 143 adorable cute
🧡 orange_heart 143
💛 yellow_heart 143 cardiac emotion
💚 green_heart 143 emotion ily
💙 blue_heart 143 emotion ily
🩵 light_blue_heart 143 cute cyan
💜 purple_heart 143 bestest emotion
🤎 brown_heart 143
🖤 black_heart evil wicked
🩶 grey_heart 143 emotion gray
🤍 white_heart 143
💋 kiss dating emotion heart
💯 100 a+ agree clearly
💢 anger angry comic mad
💥 boom bomb collide comic
💫 dizzy comic shining shooting
💦 sweat_drops comic drip droplet
💨 dash away cloud comic
🕳️ hole
💬 speech_balloon bubble comic dialog
👁️‍🗨️ eye_speech_bubble balloon witness
🗨️ left_speech_bubble balloon dialog
🗯️ right_anger_bubble angry balloon mad
💭 thought_balloon bubble cartoon cloud
💤 zzz comic good goodnight`,
  },
  {
    name: "People",
    emoji: `👋 wave bye cya g2g
🤚 raised_back_of_hand backhand
🖐️ raised_hand_with_fingers_splayed stop
✋ hand 5 five high
🖖 vulcan_salute finger hand hands
🫱 rightwards_hand handshake hold reach
🫲 leftwards_hand handshake hold reach
🫳 palm_down_hand dismiss drop dropped
🫴 palm_up_hand beckon catch come
🫷 leftwards_pushing_hand block five halt
🫸 rightwards_pushing_hand block five halt
👌 ok_hand awesome bet dope
🤌 pinched_fingers gesture hand hold
🤏 pinching_hand amount bit fingers
✌️ v hand peace victory
🤞 crossed_fingers hand luck
🫰 hand_with_index_finger_and_thumb_crossed <3 expensive heart
🤟 love_you_gesture fingers hand ily
🤘 metal finger hand horns
🤙 call_me_hand hang loose shaka
👈 point_left backhand finger hand
👉 point_right backhand finger hand
👆 point_up_2 backhand finger hand
🖕 fu finger hand middle
👇 point_down backhand finger hand
☝️ point_up finger hand index
🫵 index_pointing_at_the_viewer finger hand poke
👍 +1 good hand like
👎 -1 bad dislike down
✊ fist clenched hand punch
👊 facepunch absolutely agree boom
🤛 fist_left left-facing leftwards
🤜 fist_right right-facing rightwards
👏 clap applause approval awesome
🙌 raised_hands celebration gesture hooray
🫶 heart_hands <3 love you
👐 open_hands hug jazz swerve
🤲 palms_up_together cupped dua hands
🤝 handshake agreement deal meeting
🙏 pray appreciate ask beg
✍️ writing_hand write
💅 nail_care bored cosmetics done
🤳 selfie camera phone
💪 muscle arm beast bench
🦾 mechanical_arm accessibility prosthetic
🦿 mechanical_leg accessibility prosthetic
🦵 leg bent foot kick
🦶 foot ankle feet kick
👂 ear body ears hear
🦻 ear_with_hearing_aid accessibility hard
👃 nose body noses nosey
🧠 brain intelligent smart
🫀 anatomical_heart beat cardiology heartbeat
🫁 lungs breath breathe exhalation
🦷 tooth dentist pearly teeth
🦴 bone bones dog skeleton
👀 eyes body face googly
👁️ eye 1 body one
👅 tongue body lick slurp
👄 lips beauty body kiss
🫦 biting_lip anxious bite fear
👶 baby babies children goo
🧒 child bright-eyed grandchild kid
👦 boy bright-eyed child grandson
👧 girl bright-eyed child daughter
🧑 adult
👱 blond_haired_person blond-haired human
👨 man adult bro
🧔 bearded_person whiskers
👩 woman adult lady
🧓 older_adult elderly grandparent person
👴 older_man adult bald elderly
👵 older_woman adult elderly grandma
🙍 frowning_person annoyed disappointed disgruntled
🙎 pouting_face disappointed downtrodden frown
🙅 no_good forbidden gesture hand
🙆 ok_person exercise gesture gesturing
💁 information_desk_person fetch flick flip
🙋 raising_hand gesture here know
🧏 deaf_person accessibility ear gesture
🙇 bow apology ask beg
🤦 facepalm again bewilder disbelief
🤷 shrug doubt dunno guess
👮 cop apprehend arrest citation
🕵️ detective sleuth spy
💂 guard buckingham helmet london
🥷 ninja assassin fight fighter
👷 construction_worker build fix hardhat
🫅 person_with_crown monarch noble regal
🤴 prince crown fairy fairytale
👸 princess crown fairy fairytale
👳 person_with_turban wearing
👲 man_with_gua_pi_mao cap chinese guapi
🧕 woman_with_headscarf bandana hijab kerchief
🤵 person_in_tuxedo formal wedding
👰 person_with_veil wedding
🤰 pregnant_woman
🫃 pregnant_man belly bloated full
🫄 pregnant_person belly bloated full
🤱 breast_feeding baby mom mother
👼 angel baby church face
🎅 santa celebration christmas claus
🤶 mrs_claus celebration christmas fairy
🦸 superhero good superpower
🦹 supervillain bad criminal evil
🧙 mage fantasy magic play
🧚 fairy fairytale fantasy myth
🧛 vampire blood dracula fangs
🧜 merperson creature fairytale folklore
🧝 elf elves enchantment fantasy
🧞 genie djinn fantasy jinn
🧟 zombie apocalypse dead halloween
🧌 troll fairy fantasy monster
💆 massage face getting headache
💇 haircut barber beauty chop
🚶 walking amble gait hike
🧍 standing_person
🧎 kneeling_person knees
🏃 runner fast hurry marathon
💃 dancer dancing elegant festive
🕺 man_dancing dance dancer elegant
🕴️ business_suit_levitating person
👯 dancers bestie bff bunny
🧖 sauna_person day luxurious pamper
🧗 climbing climber mountain person
🤺 person_fencing fencer sword
🏇 horse_racing jockey racehorse riding
⛷️ skier snow
🏂 snowboarder ski sport
🏌️ golfing ball birdie caddy
🏄 surfer beach ocean person
🚣 rowboat canoe cruise fishing
🏊 swimmer freestyle person sport
⛹️ bouncing_ball_person athletic basketball championship
🏋️ weight_lifting barbell bodybuilder deadlift
🚴 bicyclist bicycle bike biking
🚵 mountain_bicyclist bicycle bike biking
🤸 cartwheeling active excited flip
🤼 wrestling combat duel grapple
🤽 water_polo person playing sport
🤾 handball_person athletics catch chuck
🤹 juggling_person act balance balancing
🧘 lotus_position cross legged legs
🛀 bath bathtub person taking
🛌 sleeping_bed bedtime good goodnight
👭 two_women_holding_hands bae bestie bff
👫 couple bae bestie bff
👬 two_men_holding_hands bae bestie bff
💏 couplekiss anniversary babe bae
💑 couple_with_heart anniversary babe bae
🗣️ speaking_head face silhouette
👤 bust_in_silhouette mysterious shadow
👥 busts_in_silhouette bff everyone friend
🫂 people_hugging comfort embrace farewell
👪 family child
👣 footprints barefoot clothing omw`,
  },
  {
    name: "Nature",
    emoji: `🐵 monkey_face animal banana
🐒 monkey animal banana
🦍 gorilla animal
🦧 orangutan animal ape monkey
🐶 dog adorbs animal face
🐕 dog2 animal animals dogs
🦮 guide_dog accessibility animal blind
🐕‍🦺 service_dog accessibility animal assistance
🐩 poodle animal dog fluffy
🐺 wolf animal face
🦊 fox_face animal
🦝 raccoon animal curious sly
🐱 cat animal face kitten
🐈 cat2 animal animals cats
🐈‍⬛ black_cat animal feline halloween
🦁 lion alpha animal face
🐯 tiger animal big cat
🐅 tiger2 animal big cat
🐆 leopard animal big cat
🐴 horse animal dressage equine
🫎 moose alces animal antlers
🫏 donkey animal ass burro
🐎 racehorse animal equestrian farm
🦄 unicorn face
🦓 zebra animal stripe
🦌 deer animal
🦬 bison animal buffalo herd
🐮 cow animal face farm
🐂 ox animal animals bull
🐃 water_buffalo animal zoo
🐄 cow2 animal animals farm
🐷 pig animal bacon face
🐖 pig2 animal bacon farm
🐗 boar animal pig
🐽 pig_nose animal face farm
🐏 ram animal aries horns
🐑 sheep animal baa farm
🐐 goat animal capricorn farm
🐪 dromedary_camel animal desert hump
🐫 camel animal bactrian desert
🦙 llama alpaca animal guanaco
🦒 giraffe animal spots
🐘 elephant animal
🦣 mammoth animal extinction large
🦏 rhinoceros animal
🦛 hippopotamus animal
🐭 mouse animal face
🐁 mouse2 animal animals
🐀 rat animal
🐹 hamster animal face pet
🐰 rabbit animal bunny face
🐇 rabbit2 animal bunny pet
🐿️ chipmunk animal squirrel
🦫 beaver animal dam teeth
🦔 hedgehog animal spiny
🦇 bat animal vampire
🐻 bear animal face grizzly
🐻‍❄️ polar_bear animal arctic white
🐨 koala animal australia bear
🐼 panda_face animal bamboo
🦥 sloth lazy slow
🦦 otter animal fishing playful
🦨 skunk animal stink
🦘 kangaroo animal joey jump
🦡 badger animal honey pester
🐾 feet paw paws print
🦃 turkey bird gobble thanksgiving
🐔 chicken animal bird ornithology
🐓 rooster animal bird ornithology
🐣 hatching_chick animal baby bird
🐤 baby_chick animal bird ornithology
🐥 hatched_chick animal baby bird
🐦 bird animal ornithology
🐧 penguin animal antarctica bird
🕊️ dove bird fly ornithology
🦅 eagle animal bird ornithology
🦆 duck animal bird ornithology
🦢 swan animal bird cygnet
🦉 owl animal bird ornithology
🦤 dodo animal bird extinction
🪶 feather bird flight light
🦩 flamingo animal bird flamboyant
🦚 peacock animal bird colorful
🦜 parrot animal bird ornithology
🪽 wing angelic ascend aviation
🐦‍⬛ black_bird animal beak caw
🪿 goose animal bird duck
🐸 frog animal face
🐊 crocodile animal zoo
🐢 turtle animal terrapin tortoise
🦎 lizard animal reptile
🐍 snake animal bearer ophiuchus
🐲 dragon_face animal fairy fairytale
🐉 dragon animal fairy fairytale
🦕 sauropod brachiosaurus brontosaurus dinosaur
🦖 t-rex dinosaur tyrannosaurus
🐳 whale animal beach face
🐋 whale2 animal beach ocean
🐬 dolphin animal beach flipper
🦭 seal animal lion ocean
🐟 fish animal dinner fishes
🐠 tropical_fish animal fishes
🐡 blowfish animal
🦈 shark animal fish
🐙 octopus animal creature ocean
🐚 shell animal beach conch
🪸 coral change climate ocean
🪼 jellyfish animal aquarium burn
🦀 crab cancer zodiac
🦞 lobster animal bisque claws
🦐 shrimp food shellfish small
🦑 squid animal food mollusk
🦪 oyster diving pearl
🐌 snail animal escargot garden
🦋 butterfly insect pretty
🐛 bug animal garden insect
🐜 ant animal garden insect
🐝 bee animal bumblebee honey
🪲 beetle animal bug insect
🐞 lady_beetle animal garden insect
🦗 cricket animal bug grasshopper
🪳 cockroach animal insect pest
🕷️ spider animal insect
🕸️ spider_web
🦂 scorpion scorpius zodiac
🦟 mosquito bite disease fever
🪰 fly animal disease insect
🪱 worm animal annelid earthworm
🦠 microbe amoeba bacteria science
💐 bouquet anniversary birthday date
🌸 cherry_blossom flower plant spring
💮 white_flower
🪷 lotus beauty buddhism calm
🏵️ rosette plant
🌹 rose beauty elegant flower
🥀 wilted_flower dying
🌺 hibiscus flower plant
🌻 sunflower outdoors plant
🌼 blossom buttercup dandelion flower
🌷 tulip blossom flower growth
🪻 hyacinth bloom bluebonnet flower
🌱 seedling plant sapling sprout
🪴 potted_plant decor grow house
🌲 evergreen_tree christmas forest pine
🌳 deciduous_tree forest green habitat
🌴 palm_tree beach plant tropical
🌵 cactus desert drought nature
🌾 ear_of_rice grain grains plant
🌿 herb leaf plant
☘️ shamrock irish plant
🍀 four_leaf_clover 4 four-leaf irish
🍁 maple_leaf falling
🍂 fallen_leaf autumn falling
🍃 leaves blow flutter fluttering
🪹 empty_nest branch home nesting
🪺 nest_with_eggs bird branch nesting
🍄 mushroom fungus toadstool`,
  },
  {
    name: "Food",
    emoji: `🍇 grapes dionysus fruit
🍈 melon cantaloupe fruit
🍉 watermelon fruit
🍊 mandarin c citrus fruit
🍋 lemon citrus fruit sour
🍌 banana fruit potassium
🍍 pineapple colada fruit pina
🥭 mango food fruit tropical
🍎 apple diet food fruit
🍏 green_apple fruit
🍐 pear fruit
🍑 peach fruit
🍒 cherries berries cherry fruit
🍓 strawberry fruit
🫐 blueberries berry bilberry blueberry
🥝 kiwi_fruit food
🍅 tomato food fruit vegetable
🫒 olive food
🥥 coconut colada palm
🥑 avocado food fruit
🍆 eggplant aubergine vegetable
🥔 potato food vegetable
🥕 carrot food vegetable
🌽 corn crops ear farm
🌶️ hot_pepper
🫑 bell_pepper capsicum food vegetable
🥒 cucumber food pickle vegetable
🥬 leafy_green bok burgers cabbage
🥦 broccoli cabbage wild
🧄 garlic flavoring
🧅 onion flavoring
🥜 peanuts food vegetable
🫘 beans food kidney legume
🌰 chestnut almond plant
🫚 ginger_root beer health herb
🫛 pea_pod beans beanstalk edamame
🍞 bread carbs food grain
🥐 croissant bread breakfast crescent
🥖 baguette_bread food french
🫓 flatbread arepa food gordita
🥨 pretzel convoluted twisted
🥯 bagel bakery bread breakfast
🥞 pancakes breakfast food hotcake
🧇 waffle breakfast indecisive iron
🧀 cheese wedge
🍖 meat_on_bone
🍗 poultry_leg bone chicken drumstick
🥩 cut_of_meat chop lambchop porkchop
🥓 bacon breakfast food meat
🍔 hamburger eat fast food
🍟 fries fast food french
🍕 pizza cheese food hungry
🌭 hotdog frankfurter sausage
🥪 sandwich bread
🌮 taco mexican
🌯 burrito mexican wrap
🫔 tamale food mexican pamonha
🥙 stuffed_flatbread falafel food gyro
🧆 falafel chickpea meatball
🥚 egg breakfast food
🍳 fried_egg breakfast easy fry
🥘 shallow_pan_of_food casserole paella
🍲 stew food pot soup
🫕 fondue cheese chocolate food
🥣 bowl_with_spoon breakfast cereal congee
🥗 green_salad food
🍿 popcorn movie
🧈 butter dairy
🧂 salt condiment flavor mad
🥫 canned_food
🍱 bento box food
🍘 rice_cracker food
🍙 rice_ball food japanese
🍚 rice cooked food
🍛 curry food rice
🍜 ramen bowl chopsticks food
🍝 spaghetti food meatballs pasta
🍠 sweet_potato food roasted
🍢 oden food kebab restaurant
🍣 sushi food
🍤 fried_shrimp prawn tempura
🍥 fish_cake food pastry restaurant
🥮 moon_cake autumn festival
🍡 dango dessert japanese skewer
🥟 dumpling empanada jiaozi pierogi
🥠 fortune_cookie prophecy
🥡 takeout_box chopsticks delivery food
🍦 icecream dessert food restaurant
🍧 shaved_ice dessert restaurant sweet
🍨 ice_cream dessert food restaurant
🍩 doughnut breakfast dessert donut
🍪 cookie chip chocolate dessert
🎂 birthday bday cake celebration
🍰 cake dessert pastry slice
🧁 cupcake bakery dessert sprinkles
🥧 pie apple filling fruit
🍫 chocolate_bar candy dessert halloween
🍬 candy cavities dessert halloween
🍭 lollipop candy dessert food
🍮 custard dessert pudding sweet
🍯 honey_pot barrel bear food
🍼 baby_bottle babies birth born
🥛 milk_glass drink
☕ coffee beverage cafe caffeine
🫖 teapot brew drink food
🍵 tea beverage cup drink
🍶 sake bar beverage bottle
🍾 champagne bar bottle cork
🍷 wine_glass alcohol bar beverage
🍸 cocktail alcohol bar booze
🍹 tropical_drink alcohol bar booze
🍺 beer alcohol ale bar
🍻 beers alcohol bar booze
🥂 clinking_glasses celebrate drink
🥃 tumbler_glass liquor scotch shot
🫗 pouring_liquid accident drink empty
🥤 cup_with_straw drink juice malt
🧋 bubble_tea boba food milk
🧃 beverage_box juice straw sweet
🧉 mate drink
🧊 ice_cube cold iceberg
🥢 chopsticks hashi jeotgarak kuaizi
🍽️ plate_with_cutlery cooking dinner eat
🍴 fork_and_knife breakfast breaky cooking
🥄 spoon eat tableware
🔪 hocho chef cooking kitchen
🫙 jar condiment container empty
🏺 amphora aquarius cooking drink`,
  },
  {
    name: "Travel",
    emoji: `🌍 earth_africa europe europe-africa globe
🌎 earth_americas globe showing world
🌏 earth_asia asia-australia australia globe
🌐 globe_with_meridians earth internet web
🗺️ world_map
🗾 japan map
🧭 compass direction magnetic navigation
🏔️ mountain_snow cold snow-capped
⛰️ mountain
🌋 volcano eruption mountain nature
🗻 mount_fuji mountain nature
🏕️ camping
🏖️ beach_umbrella
🏜️ desert
🏝️ desert_island
🏞️ national_park
🏟️ stadium
🏛️ classical_building
🏗️ building_construction crane
🧱 bricks clay mortar wall
🪨 rock boulder heavy solid
🪵 wood log lumber timber
🛖 hut home house roundhouse
🏘️ houses
🏚️ derelict_house home
🏠 house building country heart
🏡 house_with_garden building country heart
🏢 office building city cubical
🏣 post_office building japanese
🏤 european_post_office building
🏥 hospital building doctor medicine
🏦 bank building
🏨 hotel building
🏩 love_hotel building
🏪 convenience_store 24 building hours
🏫 school building
🏬 department_store building
🏭 factory building
🏯 japanese_castle building
🏰 european_castle building
💒 wedding chapel hitched nuptials
🗼 tokyo_tower
🗽 statue_of_liberty new ny nyc
⛪ church bless chapel christian
🕌 mosque islam masjid muslim
🛕 hindu_temple
🕍 synagogue jew jewish judaism
⛩️ shinto_shrine religion
🕋 kaaba hajj islam muslim
⛲ fountain
⛺ tent camping
🌁 foggy
🌃 night_with_stars
🏙️ cityscape
🌄 sunrise_over_mountains morning
🌅 sunrise morning nature
🌆 city_sunset at building cityscape
🌇 city_sunrise building dusk
🌉 bridge_at_night
♨️ hotsprings steaming
🎠 carousel_horse entertainment
🛝 playground_slide amusement park playing
🎡 ferris_wheel amusement park theme
🎢 roller_coaster amusement park theme
💈 barber cut fresh haircut
🎪 circus_tent
🚂 steam_locomotive caboose engine railway
🚃 railway_car electric train tram
🚄 bullettrain_side high-speed railway shinkansen
🚅 bullettrain_front high-speed nose railway
🚆 train2 arrived choo railway
🚇 metro subway travel
🚈 light_rail arrived monorail railway
🚉 station railway train
🚊 tram trolleybus
🚝 monorail vehicle
🚞 mountain_railway car trip
🚋 train bus car tram
🚌 bus school vehicle
🚍 oncoming_bus cars
🚎 trolleybus tram
🚐 minibus drive van vehicle
🚑 ambulance emergency vehicle
🚒 fire_engine truck
🚓 police_car cops patrol
🚔 oncoming_police_car
🚕 taxi cab cabbie car
🚖 oncoming_taxi cab cabbie cars
🚗 car driving vehicle
🚘 oncoming_automobile car cars drove
🚙 blue_car drive recreational sport
🛻 pickup_truck automobile car flatbed
🚚 truck car delivery drive
🚛 articulated_lorry car drive move
🚜 tractor vehicle
🏎️ racing_car zoom
🏍️ motorcycle racing
🛵 motor_scooter
🦽 manual_wheelchair accessibility
🦼 motorized_wheelchair accessibility
🛺 auto_rickshaw tuk
🚲 bike class cycle cycling
🛴 kick_scooter
🛹 skateboard skater wheels
🛼 roller_skate blades skates sport
🚏 busstop
🛣️ motorway highway road
🛤️ railway_track train
🛢️ oil_drum
⛽ fuelpump diesel gas gasoline
🛞 wheel car circle tire
🚨 rotating_light alarm alert beacon
🚥 traffic_light horizontal intersection signal
🚦 vertical_traffic_light drove intersection signal
🛑 stop_sign octagonal
🚧 construction barrier
⚓ anchor ship tool
🛟 ring_buoy float life lifesaver
⛵ boat resort sailing sea
🛶 canoe boat
🚤 speedboat billionaire lake luxury
🛳️ passenger_ship
⛴️ ferry boat passenger
🛥️ motor_boat motorboat
🚢 ship boat passenger travel
✈️ airplane aeroplane fly flying
🛩️ small_airplane aeroplane
🛫 flight_departure aeroplane airplane check-in
🛬 flight_arrival aeroplane airplane arrivals
🪂 parachute hang-glide parasail skydive
💺 seat chair
🚁 helicopter roflcopter travel vehicle
🚟 suspension_railway
🚠 mountain_cableway gondola lift ski
🚡 aerial_tramway cable car gondola
🛰️ artificial_satellite space
🚀 rocket launch rockets space
🛸 flying_saucer aliens extra terrestrial
🛎️ bellhop_bell hotel
🧳 luggage bag packing roller
⌛ hourglass done sand time
⏳ hourglass_flowing_sand done hours not
⌚ watch clock time
⏰ alarm_clock hours hrs late
⏱️ stopwatch clock time
⏲️ timer_clock
🕰️ mantelpiece_clock time
🕛 clock12 12:00 time twelve
🕧 clock1230 12:30 thirty time
🕐 clock1 1:00 one time
🕜 clock130 1:30 one thirty
🕑 clock2 2:00 time two
🕝 clock230 2:30 thirty time
🕒 clock3 3:00 three time
🕞 clock330 3:30 thirty three
🕓 clock4 4:00 four time
🕟 clock430 4:30 four thirty
🕔 clock5 5:00 five time
🕠 clock530 5:30 five thirty
🕕 clock6 6:00 six time
🕡 clock630 6:30 six thirty
🕖 clock7 0 7:00 seven
🕢 clock730 7:30 seven thirty
🕗 clock8 8:00 eight time
🕣 clock830 8:30 eight thirty
🕘 clock9 9:00 nine time
🕤 clock930 9:30 nine thirty
🕙 clock10 10:00 ten
🕥 clock1030 10:30 ten thirty
🕚 clock11 11:00 eleven time
🕦 clock1130 11:30 eleven thirty
🌑 new_moon dark space
🌒 waxing_crescent_moon dreams space
🌓 first_quarter_moon space
🌔 moon gibbous space waxing
🌕 full_moon space
🌖 waning_gibbous_moon space
🌗 last_quarter_moon space
🌘 waning_crescent_moon space
🌙 crescent_moon ramadan space
🌚 new_moon_with_face space
🌛 first_quarter_moon_with_face space
🌜 last_quarter_moon_with_face dreams
🌡️ thermometer weather
☀️ sunny bright rays space
🌝 full_moon_with_face bright
🌞 sun_with_face beach bright day
🪐 ringed_planet saturn saturnine
⭐ star astronomy medium stars
🌟 star2 glittery glow glowing
🌠 stars falling night shooting
🌌 milky_way space
☁️ cloud weather
⛅ partly_sunny behind cloud cloudy
⛈️ cloud_with_lightning_and_rain thunder thunderstorm
🌤️ sun_behind_small_cloud weather
🌥️ sun_behind_large_cloud weather
🌦️ sun_behind_rain_cloud weather
🌧️ cloud_with_rain weather
🌨️ cloud_with_snow cold weather
🌩️ cloud_with_lightning weather
🌪️ tornado cloud weather whirlwind
🌫️ fog cloud weather
🌬️ wind_face blow cloud
🌀 cyclone dizzy hurricane twister
🌈 rainbow gay genderqueer glbt
🌂 closed_umbrella clothing rain
☂️ open_umbrella clothing rain
☔ umbrella clothing drop drops
⛱️ parasol_on_ground rain sun umbrella
⚡ zap danger electric electricity
❄️ snowflake cold weather
☃️ snowman_with_snow cold
⛄ snowman cold
☄️ comet space
🔥 fire af burn flame
💧 droplet cold comic nature
🌊 ocean nature surf surfer`,
  },
  {
    name: "Activities",
    emoji: `🎃 jack_o_lantern celebration halloween pumpkin
🎄 christmas_tree celebration
🎆 fireworks boom celebration entertainment
🎇 sparkler boom celebration fireworks
🧨 firecracker dynamite explosive fireworks
✨ sparkles * magic star
🎈 balloon birthday celebrate celebration
🎉 tada awesome birthday celebrate
🎊 confetti_ball celebrate celebration party
🎋 tanabata_tree banner celebration japanese
🎍 bamboo celebration decoration japanese
🎎 dolls celebration festival japanese
🎏 flags carp celebration streamer
🎐 wind_chime bell celebration
🎑 rice_scene celebration ceremony moon
🧧 red_envelope gift good lai
🎀 ribbon celebration
🎁 gift birthday bow box
🎗️ reminder_ribbon celebration
🎟️ tickets admission
🎫 ticket admission stub
🎖️ medal_military award celebration
🏆 trophy champion champs prize
🏅 medal_sports award gold winner
🥇 1st_place_medal first gold
🥈 2nd_place_medal second silver
🥉 3rd_place_medal bronze third
⚽ soccer ball football futbol
⚾ baseball sport
🥎 softball glove sports underarm
🏀 basketball hoop sport
🏐 volleyball game
🏈 football american bowl sport
🏉 rugby_football sport
🎾 tennis ball racquet sport
🥏 flying_disc ultimate
🎳 bowling ball game sport
🏏 cricket_game ball bat
🏑 field_hockey ball game stick
🏒 ice_hockey game puck stick
🥍 lacrosse ball goal sports
🏓 ping_pong ball bat game
🏸 badminton birdie game racquet
🥊 boxing_glove
🥋 martial_arts_uniform judo karate taekwondo
🥅 goal_net
⛳ golf flag hole sport
⛸️ ice_skate skating
🎣 fishing_pole_and_fish entertainment sport
🤿 diving_mask scuba snorkeling
🎽 running_shirt_with_sash athletics
🎿 ski snow sport
🛷 sled luge sledge sleigh
🥌 curling_stone game rock
🎯 dart bull direct entertainment
🪀 yo_yo fluctuate toy
🪁 kite fly soar
🔫 gun handgun pistol revolver
🎱 8ball billiard eight game
🔮 crystal_ball fairy fairytale fantasy
🪄 magic_wand magician witch wizard
🎮 video_game controller entertainment
🕹️ joystick game video videogame
🎰 slot_machine casino gamble gambling
🎲 game_die dice entertainment
🧩 jigsaw clue interlocking piece
🧸 teddy_bear plaything plush stuffed
🪅 pinata candy celebrate celebration
🪩 mirror_ball dance disco glitter
🪆 nesting_dolls babooshka baboushka babushka
♠️ spades card game suit
♥️ hearts card emotion game
♦️ diamonds card game suit
♣️ clubs card game suit
♟️ chess_pawn dupe expendable
🃏 black_joker card game wildcard
🀄 mahjong dragon game red
🎴 flower_playing_cards game japanese
🎭 performing_arts actor actress entertainment
🖼️ framed_picture art museum painting
🎨 art artist artsy arty
🧵 thread needle sewing spool
🪡 sewing_needle embroidery stitches sutures
🧶 yarn ball crochet knit
🪢 knot cord rope tangled`,
  },
  {
    name: "Objects",
    emoji: `👓 eyeglasses clothing eyewear
🕶️ dark_sunglasses eye eyewear
🥽 goggles dive eye protection
🥼 lab_coat clothes doctor dr
🦺 safety_vest emergency
👔 necktie clothing employed serious
👕 shirt blue casual clothes
👖 jeans blue casual clothes
🧣 scarf bundle cold neck
🧤 gloves hand
🧥 coat brr bundle cold
🧦 socks stocking
👗 dress clothes clothing dressed
👘 kimono clothing comfortable
🥻 sari clothing dress
🩱 one_piece_swimsuit bathing one-piece
🩲 swim_brief bathing one-piece suit
🩳 shorts bathing pants suit
👙 bikini bathing beach clothing
👚 womans_clothes blouse clothing collar
🪭 folding_hand_fan clack clap cool
👛 purse clothes clothing coin
👜 handbag clothes clothing dress
👝 pouch bag clothes clothing
🛍️ shopping bag bags hotel
🎒 school_satchel backpacking bag bookbag
🩴 thong_sandal beach flip flop
👞 mans_shoe brown clothes clothing
👟 athletic_shoe clothes clothing fast
🥾 hiking_boot backpacking brown camping
🥿 flat_shoe ballet comfy flats
👠 high_heel clothes clothing dress
👡 sandal clothing shoe woman
🩰 ballet_shoes dance
👢 boot clothes clothing dress
🪮 hair_pick afro comb groom
👑 crown clothing family king
👒 womans_hat clothes clothing garden
🎩 tophat clothes clothing fancy
🎓 mortar_board cap celebration clothing
🧢 billed_cap baseball bent dad
🪖 military_helmet army soldier war
⛑️ rescue_worker_helmet aid cross face
📿 prayer_beads clothing necklace religion
💄 lipstick cosmetics date makeup
💍 ring diamond engaged engagement
💎 gem diamond engagement jewel
🔇 mute muted quiet silent
🔈 speaker low soft sound
🔉 sound medium speaker volume
🔊 loud_sound high music speaker
📢 loudspeaker address communication public
📣 mega cheering sound
📯 postal_horn
🔔 bell break church sound
🔕 no_bell forbidden mute not
🎼 musical_score note
🎵 musical_note sound
🎶 notes music musical sound
🎙️ studio_microphone music
🎚️ level_slider music
🎛️ control_knobs music
🎤 microphone karaoke music sing
🎧 headphones earbud sound
📻 radio entertainment tbt video
🎷 saxophone instrument music
🪗 accordion box concertina instrument
🎸 guitar instrument music strat
🎹 musical_keyboard instrument piano
🎺 trumpet instrument music
🎻 violin instrument music
🪕 banjo music stringed
🥁 drum drumsticks music
🪘 long_drum beat conga instrument
🪇 maracas cha dance instrument
🪈 flute band fife flautist
📱 iphone cell communication mobile
📲 calling arrow build cell
☎️ phone
📞 telephone_receiver communication voip
📟 pager communication
📠 fax communication machine
🔋 battery
🪫 low_battery drained electronic energy
🔌 electric_plug electricity
💻 computer office pc personal
🖥️ desktop_computer monitor
🖨️ printer computer
⌨️ keyboard computer
🖱️ computer_mouse
🖲️ trackball computer
💽 minidisc computer disk minidisk
💾 floppy_disk computer
💿 cd blu-ray computer disk
📀 dvd blu-ray cd computer
🧮 abacus calculation calculator
🎥 movie_camera bollywood cinema film
🎞️ film_strip cinema frames movie
📽️ film_projector cinema movie video
🎬 clapper action board movie
📺 tv video
📷 camera photo selfie snap
📸 camera_flash video
📹 video_camera camcorder tbt
📼 vhs old school tape
🔍 mag glass lab left
🔎 mag_right contact glass lab
🕯️ candle light
💡 bulb comic electric idea
🔦 flashlight electric tool torch
🏮 izakaya_lantern bar light paper
🪔 diya_lamp light oil
📔 notebook_with_decorative_cover decorated education school
📕 closed_book education
📖 book education fantasy knowledge
📗 green_book education fantasy library
📘 blue_book education fantasy library
📙 orange_book education fantasy library
📚 books education fantasy knowledge
📓 notebook
📒 ledger notebook
📃 page_with_curl document paper
📜 scroll paper
📄 page_facing_up document paper
📰 newspaper communication
🗞️ newspaper_roll rolled rolled-up
📑 bookmark_tabs marker
🔖 bookmark
🏷️ label tag
💰 moneybag bank bet billion
🪙 coin dollar euro gold
💴 yen bank banknote bill
💵 dollar bank banknote bill
💶 euro 100 bank banknote
💷 pound bank banknote bill
💸 money_with_wings bank banknote bill
💳 credit_card bank cash charge
🧾 receipt accounting bookkeeping evidence
💹 chart bank currency graph
✉️ envelope e-mail email letter
📧 e-mail email letter
📨 incoming_envelope delivering e-mail email
📩 envelope_with_arrow communication down e-mail
📤 outbox_tray email letter mail
📥 inbox_tray email letter mail
📦 package box communication delivery
📫 mailbox closed communication flag
📪 mailbox_closed flag lowered postbox
📬 mailbox_with_mail flag open postbox
📭 mailbox_with_no_mail flag lowered open
📮 postbox mail mailbox
🗳️ ballot_box
✏️ pencil2
✒️ black_nib pen
🖋️ fountain_pen
🖊️ pen ballpoint
🖌️ paintbrush painting
🖍️ crayon
📝 memo communication media notes
💼 briefcase office
📁 file_folder
📂 open_file_folder
🗂️ card_index_dividers
📅 date
📆 calendar tear-off
🗒️ spiral_notepad
🗓️ spiral_calendar pad
📇 card_index old rolodex school
📈 chart_with_upwards_trend data graph growth
📉 chart_with_downwards_trend data decreasing graph
📊 bar_chart data graph
📋 clipboard do list notes
📌 pushpin collage
📍 round_pushpin location map
📎 paperclip
🖇️ paperclips link linked
📏 straight_ruler angle edge math
📐 triangular_ruler angle math set
✂️ scissors cut cutting paper
🗃️ card_file_box
🗄️ file_cabinet filing paper
🗑️ wastebasket can garbage trash
🔒 lock closed private
🔓 unlock cracked open
🔏 lock_with_ink_pen locked nib privacy
🔐 closed_lock_with_key bike locked secure
🔑 key keys lock major
🗝️ old_key clue lock
🔨 hammer home improvement repairs
🪓 axe chop hatchet split
⛏️ pick hammer mining tool
⚒️ hammer_and_pick tool
🛠️ hammer_and_wrench spanner tool
🗡️ dagger knife weapon
⚔️ crossed_swords weapon
💣 bomb boom comic dangerous
🪃 boomerang rebound repercussion weapon
🏹 bow_and_arrow archer archery sagittarius
🛡️ shield weapon
🪚 carpentry_saw carpenter cut lumber
🔧 wrench home improvement spanner
🪛 screwdriver flathead handy tool
🔩 nut_and_bolt home improvement tool
⚙️ gear cog cogwheel tool
🗜️ clamp compress tool vice
⚖️ balance_scale justice libra scales
🦯 probing_cane accessibility blind white
🔗 link links
⛓️ chains
🪝 hook catch crook curve
🧰 toolbox chest mechanic red
🧲 magnet attraction horseshoe magnetic
🪜 ladder climb rung step
⚗️ alembic chemistry tool
🧪 test_tube chemist chemistry experiment
🧫 petri_dish bacteria biologist biology
🧬 dna biologist evolution gene
🔬 microscope experiment lab science
🔭 telescope contact extraterrestrial science
📡 satellite aliens antenna contact
💉 syringe doctor flu medicine
🩸 drop_of_blood bleed donation injury
💊 pill doctor drugs medicated
🩹 adhesive_bandage
🩼 crutch aid cane disability
🩺 stethoscope doctor heart medicine
🩻 x_ray bones doctor medical
🚪 door back closet front
🛗 elevator accessibility hoist lift
🪞 mirror makeup reflection reflector
🪟 window air frame fresh
🛏️ bed hotel sleep
🛋️ couch_and_lamp hotel
🪑 chair seat sit
🚽 toilet bathroom
🪠 plunger cup force plumber
🚿 shower water
🛁 bathtub
🪤 mouse_trap bait cheese lure
🪒 razor sharp shave
🧴 lotion_bottle moisturizer shampoo sunscreen
🧷 safety_pin diaper punk rock
🧹 broom cleaning sweeping witch
🧺 basket farming laundry picnic
🧻 roll_of_paper toilet towels
🪣 bucket cask pail vat
🧼 soap bar bathing clean
🫧 bubbles burp clean floating
🪥 toothbrush bathroom clean dental
🧽 sponge absorbing cleaning porous
🧯 fire_extinguisher quench
🛒 shopping_cart trolley
🚬 smoking
⚰️ coffin dead death vampire
🪦 headstone cemetery dead grave
⚱️ funeral_urn ashes death
🧿 nazar_amulet bead blue charm
🪬 hamsa amulet fatima fortune
🗿 moyai face statue stoneface
🪧 placard demonstration notice picket
🪪 identification_card credentials document license`,
  },
  {
    name: "Symbols",
    emoji: `🏧 atm automated bank cash
🚮 put_litter_in_its_place bin litterbin sign
🚰 potable_water drinking
♿ wheelchair access handicap symbol
🚹 mens bathroom lavatory man
🚺 womens bathroom lavatory restroom
🚻 restroom bathroom lavatory toilet
🚼 baby_symbol changing
🚾 wc bathroom closet lavatory
🛂 passport_control
🛃 customs packing
🛄 baggage_claim arrived bags case
🛅 left_luggage baggage case locker
⚠️ warning caution
🚸 children_crossing pedestrian traffic
⛔ no_entry do fail forbidden
🚫 no_entry_sign forbidden not smoke
🚳 no_bicycles bike forbidden not
🚭 no_smoking forbidden not prohibited
🚯 do_not_litter forbidden littering prohibited
🚱 non-potable_water dry non-drinking prohibited
🚷 no_pedestrians forbidden not prohibited
📵 no_mobile_phones cell forbidden not
🔞 underage 18 eighteen forbidden
☢️ radioactive sign
☣️ biohazard sign
⬆️ arrow_up cardinal direction north
↗️ arrow_upper_right direction intercardinal northeast
➡️ arrow_right cardinal direction east
↘️ arrow_lower_right direction down-right intercardinal
⬇️ arrow_down cardinal direction south
↙️ arrow_lower_left direction down-left intercardinal
⬅️ arrow_left cardinal direction west
↖️ arrow_upper_left direction intercardinal northwest
↕️ arrow_up_down up-down
↔️ left_right_arrow left-right
↩️ leftwards_arrow_with_hook curving right
↪️ arrow_right_hook curving left
⤴️ arrow_heading_up curving right
⤵️ arrow_heading_down curving right
🔃 arrows_clockwise refresh reload vertical
🔄 arrows_counterclockwise again anticlockwise button
🔙 back arrow
🔚 end arrow
🔛 on arrow mark on!
🔜 soon arrow brb omw
🔝 top arrow homie up
🛐 place_of_worship pray religion
⚛️ atom_symbol atheist
🕉️ om hindu religion
✡️ star_of_david jew jewish judaism
☸️ wheel_of_dharma buddhist religion
☯️ yin_yang difficult lives religion
✝️ latin_cross christ christian religion
☦️ orthodox_cross christian religion
☪️ star_and_crescent islam muslim ramadan
☮️ peace_symbol healing peaceful
🕎 menorah candelabrum candlestick hanukkah
🔯 six_pointed_star dotted fortune jewish
🪯 khanda deg fateh khalsa
♈ aries horoscope ram zodiac
♉ taurus bull horoscope ox
♊ gemini horoscope twins zodiac
♋ cancer crab horoscope zodiac
♌ leo horoscope lion zodiac
♍ virgo horoscope zodiac
♎ libra balance horoscope justice
♏ scorpius horoscope scorpio scorpion
♐ sagittarius archer horoscope zodiac
♑ capricorn goat horoscope zodiac
♒ aquarius bearer horoscope water
♓ pisces fish horoscope zodiac
⛎ ophiuchus bearer serpent snake
🔀 twisted_rightwards_arrows button crossed shuffle
🔁 repeat arrow button clockwise
🔂 repeat_one arrow button clockwise
▶️ arrow_forward button play right
⏩ fast_forward arrow button double
⏭️ next_track_button arrow scene triangle
⏯️ play_or_pause_button arrow right triangle
◀️ arrow_backward button left reverse
⏪ rewind arrow button double
⏮️ previous_track_button arrow last scene
🔼 arrow_up_small button red upwards
⏫ arrow_double_up button fast
🔽 arrow_down_small button downwards red
⏬ arrow_double_down button fast
⏸️ pause_button bar double vertical
⏹️ stop_button square
⏺️ record_button circle
⏏️ eject_button
🎦 cinema camera film movie
🔅 low_brightness button dim
🔆 high_brightness button light
📶 signal_strength antenna bar bars
🛜 wireless broadband computer connectivity
📳 vibration_mode cell communication mobile
📴 mobile_phone_off cell telephone
♀️ female_sign woman
♂️ male_sign man
⚧️ transgender_symbol
✖️ heavy_multiplication_x cancel sign
➕ heavy_plus_sign +
➖ heavy_minus_sign - math
➗ heavy_division_sign math
🟰 heavy_equals_sign answer equality math
♾️ infinity forever unbounded universal
‼️ bangbang ! !! double
⁉️ interrobang ! !? ?
❓ question ? mark punctuation
❔ grey_question ? mark outlined
❕ grey_exclamation ! mark outlined
❗ exclamation ! mark punctuation
〰️ wavy_dash punctuation
💱 currency_exchange bank money
💲 heavy_dollar_sign billion cash charge
⚕️ medical_symbol aesculapius medicine staff
♻️ recycle recycling symbol
⚜️ fleur_de_lis knights
🔱 trident anchor emblem poseidon
📛 name_badge
🔰 beginner chevron green japanese
⭕ o circle heavy hollow
✅ white_check_mark button checked checkmark
☑️ ballot_box_with_check checked done off
✔️ heavy_check_mark checked checkmark done
❌ x cancel cross mark
❎ negative_squared_cross_mark button multiplication multiply
➰ curly_loop
➿ loop curl curly double
〽️ part_alternation_mark
✳️ eight_spoked_asterisk * eight-spoked
✴️ eight_pointed_black_star * eight-pointed
❇️ sparkle *
©️ copyright
®️ registered
™️ tm mark trade trademark
#️⃣ hash keycap
*️⃣ asterisk keycap
0️⃣ zero keycap
1️⃣ one keycap
2️⃣ two keycap
3️⃣ three keycap
4️⃣ four keycap
5️⃣ five keycap
6️⃣ six keycap
7️⃣ seven keycap
8️⃣ eight keycap
9️⃣ nine keycap
🔟 keycap_ten
🔠 capital_abcd input latin letters
🔡 abcd input latin letters
🔢 1234 input numbers
🔣 symbols % & input
🔤 abc alphabet input latin
🅰️ a blood button type
🆎 ab blood button type
🅱️ b blood button type
🆑 cl button
🆒 cool button
🆓 free button
ℹ️ information_source
🆔 id button identity
Ⓜ️ m circle circled
🆕 new button
🆖 ng button
🅾️ o2 blood button type
🆗 ok button okay
🅿️ parking button
🆘 sos button help
🆙 up button mark up!
🆚 vs button versus
🈁 koko button here japanese
🈂️ sa button charge japanese
🈷️ u6708 amount button ideograph
🈶 u6709 button charge free
🈯 u6307 button ideograph japanese
🉐 ideograph_advantage bargain button japanese
🈹 u5272 button discount ideograph
🈚 u7121 button charge free
🈲 u7981 button ideograph japanese
🉑 accept acceptable button ideograph
🈸 u7533 application button ideograph
🈴 u5408 button grade ideograph
🈳 u7a7a button ideograph japanese
㊗️ congratulations button ideograph japanese
㊙️ secret button ideograph japanese
🈺 u55b6 business button ideograph
🈵 u6e80 button ideograph japanese
🔴 red_circle geometric
🟠 orange_circle
🟡 yellow_circle
🟢 green_circle
🔵 large_blue_circle geometric
🟣 purple_circle
🟤 brown_circle
⚫ black_circle geometric
⚪ white_circle geometric
🟥 red_square card penalty
🟧 orange_square
🟨 yellow_square card penalty
🟩 green_square
🟦 blue_square
🟪 purple_square
🟫 brown_square
⬛ black_large_square geometric
⬜ white_large_square geometric
◼️ black_medium_square geometric
◻️ white_medium_square geometric
◾ black_medium_small_square geometric medium-small
◽ white_medium_small_square geometric medium-small
▪️ black_small_square geometric
▫️ white_small_square geometric
🔶 large_orange_diamond geometric
🔷 large_blue_diamond geometric
🔸 small_orange_diamond geometric
🔹 small_blue_diamond geometric
🔺 small_red_triangle geometric pointed up
🔻 small_red_triangle_down geometric pointed
💠 diamond_shape_with_a_dot_inside comic geometric
🔘 radio_button geometric
🔳 white_square_button geometric outlined
🔲 black_square_button geometric`,
  },
  {
    name: "Flags",
    emoji: `🏁 checkered_flag chequered finish flags
🚩 triangular_flag_on_post construction golf
🎌 crossed_flags celebration japanese
🏴 black_flag waving
🏳️ white_flag waving
🏳️‍🌈 rainbow_flag bisexual gay genderqueer
🏳️‍⚧️ transgender_flag blue light pink
🏴‍☠️ pirate_flag jolly plunder roger
🇦🇨 ascension_island AC flag
🇦🇩 andorra AD flag
🇦🇪 united_arab_emirates AE flag
🇦🇫 afghanistan AF flag
🇦🇬 antigua_barbuda AG flag
🇦🇮 anguilla AI flag
🇦🇱 albania AL flag
🇦🇲 armenia AM flag
🇦🇴 angola AO flag
🇦🇶 antarctica AQ flag
🇦🇷 argentina AR flag
🇦🇸 american_samoa AS flag
🇦🇹 austria AT flag
🇦🇺 australia AU flag
🇦🇼 aruba AW flag
🇦🇽 aland_islands AX flag
🇦🇿 azerbaijan AZ flag
🇧🇦 bosnia_herzegovina BA flag
🇧🇧 barbados BB flag
🇧🇩 bangladesh BD flag
🇧🇪 belgium BE flag
🇧🇫 burkina_faso BF flag
🇧🇬 bulgaria BG flag
🇧🇭 bahrain BH flag
🇧🇮 burundi BI flag
🇧🇯 benin BJ flag
🇧🇱 st_barthelemy BL flag
🇧🇲 bermuda BM flag
🇧🇳 brunei BN flag
🇧🇴 bolivia BO flag
🇧🇶 caribbean_netherlands BQ flag
🇧🇷 brazil BR flag
🇧🇸 bahamas BS flag
🇧🇹 bhutan BT flag
🇧🇻 bouvet_island BV flag
🇧🇼 botswana BW flag
🇧🇾 belarus BY flag
🇧🇿 belize BZ flag
🇨🇦 canada CA flag
🇨🇨 cocos_islands CC flag
🇨🇩 congo_kinshasa CD flag
🇨🇫 central_african_republic CF flag
🇨🇬 congo_brazzaville CG flag
🇨🇭 switzerland CH flag
🇨🇮 cote_divoire CI flag
🇨🇰 cook_islands CK flag
🇨🇱 chile CL flag
🇨🇲 cameroon CM flag
🇨🇳 cn CN flag
🇨🇴 colombia CO flag
🇨🇵 clipperton_island CP flag
🇨🇷 costa_rica CR flag
🇨🇺 cuba CU flag
🇨🇻 cape_verde CV flag
🇨🇼 curacao CW flag
🇨🇽 christmas_island CX flag
🇨🇾 cyprus CY flag
🇨🇿 czech_republic CZ flag
🇩🇪 de DE flag
🇩🇬 diego_garcia DG flag
🇩🇯 djibouti DJ flag
🇩🇰 denmark DK flag
🇩🇲 dominica DM flag
🇩🇴 dominican_republic DO flag
🇩🇿 algeria DZ flag
🇪🇦 ceuta_melilla EA flag
🇪🇨 ecuador EC flag
🇪🇪 estonia EE flag
🇪🇬 egypt EG flag
🇪🇭 western_sahara EH flag
🇪🇷 eritrea ER flag
🇪🇸 es ES flag
🇪🇹 ethiopia ET flag
🇪🇺 eu EU flag
🇫🇮 finland FI flag
🇫🇯 fiji FJ flag
🇫🇰 falkland_islands FK flag
🇫🇲 micronesia FM flag
🇫🇴 faroe_islands FO flag
🇫🇷 fr FR flag
🇬🇦 gabon GA flag
🇬🇧 gb GB flag
🇬🇩 grenada GD flag
🇬🇪 georgia GE flag
🇬🇫 french_guiana GF flag
🇬🇬 guernsey GG flag
🇬🇭 ghana GH flag
🇬🇮 gibraltar GI flag
🇬🇱 greenland GL flag
🇬🇲 gambia GM flag
🇬🇳 guinea GN flag
🇬🇵 guadeloupe GP flag
🇬🇶 equatorial_guinea GQ flag
🇬🇷 greece GR flag
🇬🇸 south_georgia_south_sandwich_islands GS flag
🇬🇹 guatemala GT flag
🇬🇺 guam GU flag
🇬🇼 guinea_bissau GW flag
🇬🇾 guyana GY flag
🇭🇰 hong_kong HK flag
🇭🇲 heard_mcdonald_islands HM flag
🇭🇳 honduras HN flag
🇭🇷 croatia HR flag
🇭🇹 haiti HT flag
🇭🇺 hungary HU flag
🇮🇨 canary_islands IC flag
🇮🇩 indonesia ID flag
🇮🇪 ireland IE flag
🇮🇱 israel IL flag
🇮🇲 isle_of_man IM flag
🇮🇳 india IN flag
🇮🇴 british_indian_ocean_territory IO flag
🇮🇶 iraq IQ flag
🇮🇷 iran IR flag
🇮🇸 iceland IS flag
🇮🇹 it IT flag
🇯🇪 jersey JE flag
🇯🇲 jamaica JM flag
🇯🇴 jordan JO flag
🇯🇵 jp JP flag
🇰🇪 kenya KE flag
🇰🇬 kyrgyzstan KG flag
🇰🇭 cambodia KH flag
🇰🇮 kiribati KI flag
🇰🇲 comoros KM flag
🇰🇳 st_kitts_nevis KN flag
🇰🇵 north_korea KP flag
🇰🇷 kr KR flag
🇰🇼 kuwait KW flag
🇰🇾 cayman_islands KY flag
🇰🇿 kazakhstan KZ flag
🇱🇦 laos LA flag
🇱🇧 lebanon LB flag
🇱🇨 st_lucia LC flag
🇱🇮 liechtenstein LI flag
🇱🇰 sri_lanka LK flag
🇱🇷 liberia LR flag
🇱🇸 lesotho LS flag
🇱🇹 lithuania LT flag
🇱🇺 luxembourg LU flag
🇱🇻 latvia LV flag
🇱🇾 libya LY flag
🇲🇦 morocco MA flag
🇲🇨 monaco MC flag
🇲🇩 moldova MD flag
🇲🇪 montenegro ME flag
🇲🇫 st_martin MF flag
🇲🇬 madagascar MG flag
🇲🇭 marshall_islands MH flag
🇲🇰 macedonia MK flag
🇲🇱 mali ML flag
🇲🇲 myanmar MM flag
🇲🇳 mongolia MN flag
🇲🇴 macau MO flag
🇲🇵 northern_mariana_islands MP flag
🇲🇶 martinique MQ flag
🇲🇷 mauritania MR flag
🇲🇸 montserrat MS flag
🇲🇹 malta MT flag
🇲🇺 mauritius MU flag
🇲🇻 maldives MV flag
🇲🇼 malawi MW flag
🇲🇽 mexico MX flag
🇲🇾 malaysia MY flag
🇲🇿 mozambique MZ flag
🇳🇦 namibia NA flag
🇳🇨 new_caledonia NC flag
🇳🇪 niger NE flag
🇳🇫 norfolk_island NF flag
🇳🇬 nigeria NG flag
🇳🇮 nicaragua NI flag
🇳🇱 netherlands NL flag
🇳🇴 norway NO flag
🇳🇵 nepal NP flag
🇳🇷 nauru NR flag
🇳🇺 niue NU flag
🇳🇿 new_zealand NZ flag
🇴🇲 oman OM flag
🇵🇦 panama PA flag
🇵🇪 peru PE flag
🇵🇫 french_polynesia PF flag
🇵🇬 papua_new_guinea PG flag
🇵🇭 philippines PH flag
🇵🇰 pakistan PK flag
🇵🇱 poland PL flag
🇵🇲 st_pierre_miquelon PM flag
🇵🇳 pitcairn_islands PN flag
🇵🇷 puerto_rico PR flag
🇵🇸 palestinian_territories PS flag
🇵🇹 portugal PT flag
🇵🇼 palau PW flag
🇵🇾 paraguay PY flag
🇶🇦 qatar QA flag
🇷🇪 reunion RE flag
🇷🇴 romania RO flag
🇷🇸 serbia RS flag
🇷🇺 ru RU flag
🇷🇼 rwanda RW flag
🇸🇦 saudi_arabia SA flag
🇸🇧 solomon_islands SB flag
🇸🇨 seychelles SC flag
🇸🇩 sudan SD flag
🇸🇪 sweden SE flag
🇸🇬 singapore SG flag
🇸🇭 st_helena SH flag
🇸🇮 slovenia SI flag
🇸🇯 svalbard_jan_mayen SJ flag
🇸🇰 slovakia SK flag
🇸🇱 sierra_leone SL flag
🇸🇲 san_marino SM flag
🇸🇳 senegal SN flag
🇸🇴 somalia SO flag
🇸🇷 suriname SR flag
🇸🇸 south_sudan SS flag
🇸🇹 sao_tome_principe ST flag
🇸🇻 el_salvador SV flag
🇸🇽 sint_maarten SX flag
🇸🇾 syria SY flag
🇸🇿 swaziland SZ flag
🇹🇦 tristan_da_cunha TA flag
🇹🇨 turks_caicos_islands TC flag
🇹🇩 chad TD flag
🇹🇫 french_southern_territories TF flag
🇹🇬 togo TG flag
🇹🇭 thailand TH flag
🇹🇯 tajikistan TJ flag
🇹🇰 tokelau TK flag
🇹🇱 timor_leste TL flag
🇹🇲 turkmenistan TM flag
🇹🇳 tunisia TN flag
🇹🇴 tonga TO flag
🇹🇷 tr TR flag
🇹🇹 trinidad_tobago TT flag
🇹🇻 tuvalu TV flag
🇹🇼 taiwan TW flag
🇹🇿 tanzania TZ flag
🇺🇦 ukraine UA flag
🇺🇬 uganda UG flag
🇺🇲 us_outlying_islands UM flag
🇺🇳 united_nations UN flag
🇺🇸 us US flag
🇺🇾 uruguay UY flag
🇺🇿 uzbekistan UZ flag
🇻🇦 vatican_city VA flag
🇻🇨 st_vincent_grenadines VC flag
🇻🇪 venezuela VE flag
🇻🇬 british_virgin_islands VG flag
🇻🇮 us_virgin_islands VI flag
🇻🇳 vietnam VN flag
🇻🇺 vanuatu VU flag
🇼🇫 wallis_futuna WF flag
🇼🇸 samoa WS flag
🇽🇰 kosovo XK flag
🇾🇪 yemen YE flag
🇾🇹 mayotte YT flag
🇿🇦 south_africa ZA flag
🇿🇲 zambia ZM flag
🇿🇼 zimbabwe ZW flag
🏴󠁧󠁢󠁥󠁮󠁧󠁿 england flag gbeng
🏴󠁧󠁢󠁳󠁣󠁴󠁿 scotland flag gbsct
🏴󠁧󠁢󠁷󠁬󠁳󠁿 wales flag gbwls`,
  },
];
