import { DENSITIES, LANGUAGE_CHOICES, type Settings, THEMES, TIME_FORMATS } from "../../protocol/settings.ts";
import type { FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { TEXTS } from "../strings/tables.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

/** Appearance and language of the interface. With scripts each choice is saved at once; without them by the button. */
export function AppearanceCard({ settings, form }: { settings: Settings; form: FormState }) {
  const { appearance: t } = usePageStrings();
  return (
    <Card id="appearance" title={t.title} form={form}>
      <PostForm class="form" action="/settings">
        <input type="hidden" name="form" value="appearance" />
        <fieldset class="choices">
          <legend class="field-label">{t.theme}</legend>
          {THEMES.map((theme) => (
            <Choice key={theme} name="theme" value={theme} checked={settings.theme === theme} {...t.themes[theme]} />
          ))}
        </fieldset>
        <fieldset class="choices">
          <legend class="field-label">{t.density}</legend>
          {DENSITIES.map((density) => (
            <Choice
              key={density}
              name="density"
              value={density}
              checked={settings.density === density}
              {...t.densities[density]}
            />
          ))}
        </fieldset>
        <div class="field-pair">
          <div class="field">
            <label for="field-language">{t.language}</label>
            <select class="input" id="field-language" name="language">
              {LANGUAGE_CHOICES.map((language) => (
                <option key={language} value={language} selected={settings.language === language}>
                  {language === "auto" ? t.languageAuto : TEXTS[language].name}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="field-time_format">{t.time}</label>
            <select class="input" id="field-time_format" name="time_format">
              {TIME_FORMATS.map((format) => (
                <option key={format} value={format} selected={settings.time_format === format}>
                  {t.times[format]}
                </option>
              ))}
            </select>
          </div>
        </div>
        <p class="hint" role="status" data-live-note data-saved={t.saved} data-failed={t.failed} />
        <div class="form-end only-dead">
          <button type="submit" class="button">{t.save}</button>
        </div>
      </PostForm>
    </Card>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  checked: boolean;
  label: string;
  hint: string;
}

function Choice({ name, value, checked, label, hint }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name={name} value={value} checked={checked} />
      <span>{label}</span>
      <small>{hint}</small>
    </label>
  );
}
