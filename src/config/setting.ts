// What a setting is: its names in the three places it can be set, its limits, and how its text becomes a value.

/** Text or YAML value in, value out; throws with what is allowed, in words that follow "expected". */
export type Parse<T> = (input: unknown) => T;

export interface Setting<T> {
  /** A word for the value in help texts: `HOST:PORT`. */
  readonly metavar: string;
  /** One sentence. */
  readonly doc: string;
  /** Long flag without dashes. */
  readonly flag: string;
  /** The first one that is set and not empty counts. */
  readonly env: readonly string[];
  readonly defaultValue: T;
  /** Said in place of the default where it is not a constant, such as "the host's name". */
  readonly defaultText?: string;
  readonly unit?: string;
  /** The words that are allowed, where it is one of a few. */
  readonly choices?: readonly string[];
  /** Whether a reload (SIGHUP) brings it into effect; else it takes a restart. */
  readonly isLive?: boolean;
  readonly parse: Parse<T>;
  /** What is allowed, for the reference page. */
  readonly allowed: string;
  readonly format: (value: T) => string;
}

/** Thrown by a `parse`: what was expected. */
export class SettingError extends Error {}

type Common = 'metavar' | 'defaultText' | 'unit' | 'isLive';
type Described<T> = Partial<Pick<Setting<T>, Common>> & Pick<Setting<T>, 'doc' | 'flag' | 'env'>;

export function integerSetting(
  options: Described<number> & { readonly defaultValue: number; readonly min: number; readonly max: number },
): Setting<number> {
  const { min, max, ...rest } = options;
  const allowed = `a whole number from ${min} to ${max}${options.unit === undefined ? '' : ` (${options.unit})`}`;
  return {
    metavar: 'N',
    ...rest,
    allowed,
    format: String,
    parse: (input) => {
      const value = typeof input === 'string' && /^-?\d{1,15}$/.test(input.trim()) ? Number(input) : input;
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw new SettingError(allowed);
      return value;
    },
  };
}

export function choiceSetting<T extends string>(
  options: Described<T> & { readonly defaultValue: T; readonly choices: readonly T[] },
): Setting<T> {
  const { choices, ...rest } = options;
  const allowed = `one of ${choices.join(', ')}`;
  return {
    metavar: 'WORD',
    ...rest,
    choices,
    allowed,
    format: String,
    parse: (input) => {
      // YAML 1.1 habits: a bare `off` is a string in YAML 1.2, but generators may still write false.
      const text = input === false ? 'off' : input;
      const choice = choices.find((each) => each === text);
      if (choice === undefined) throw new SettingError(allowed);
      return choice;
    },
  };
}

/** A text checked by `check`, which throws a SettingError or gives the text in its normal form. */
export function textSetting<D extends string | undefined>(
  options: Described<string | D> & {
    readonly defaultValue: D;
    readonly allowed: string;
    readonly check: (text: string) => string | undefined;
  },
): Setting<string | D> {
  const { check, ...rest } = options;
  return {
    metavar: 'TEXT',
    ...rest,
    format: (value) => value ?? '',
    parse: (input) => {
      const value = typeof input === 'string' ? check(input.trim()) : undefined;
      if (value === undefined) throw new SettingError(options.allowed);
      return value;
    },
  };
}

/** True or false. */
export function switchSetting(options: Described<boolean> & { readonly defaultValue: boolean }): Setting<boolean> {
  const choices = ['true', 'false'];
  const allowed = 'true or false';
  return {
    metavar: 'WORD',
    ...options,
    choices,
    allowed,
    format: String,
    parse: (input) => {
      if (!choices.includes(String(input))) throw new SettingError(allowed);
      return String(input) === 'true';
    },
  };
}

/** A list of texts: a YAML list, or comma-separated in a flag or the environment. */
export function listSetting(
  options: Described<readonly string[]> & {
    readonly allowed: string;
    readonly max: number;
    /** Else they are made lower case. */
    readonly keepsCase?: boolean;
    readonly check: (text: string) => boolean;
  },
): Setting<readonly string[]> {
  const { check, max, keepsCase = false, ...rest } = options;
  return {
    metavar: 'LIST',
    ...rest,
    defaultValue: [],
    format: (value) => value.join(','),
    parse: (input) => {
      const items: unknown = typeof input === 'string' ? input.split(',').map((each) => each.trim()) : input;
      if (!Array.isArray(items) || items.length > max) throw new SettingError(options.allowed);
      return items.map((item) => {
        if (typeof item !== 'string' || !check(item)) throw new SettingError(options.allowed);
        return keepsCase ? item : item.toLowerCase();
      });
    },
  };
}
