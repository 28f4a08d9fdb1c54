import { Failure, UsageError } from '../failure.ts'
import { readText } from '../input/open-to-read.ts'
import { wrapped } from '../output/wrapped.ts'
import { parseJsonc } from './jsonc.ts'
import { environmentName, SETTINGS, type Setting, type Settings } from './settings.ts'

type Name = keyof Settings
const NAMES = Object.keys(SETTINGS) as Name[]

export interface Sources {
  /** Texts by the names of the settings. */
  readonly flags: Readonly<Partial<Record<Name, string>>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly configPath: string | undefined
}

/** Flags take precedence over the environment, that over the file, that over the defaults. */
export async function chosenSettings({
  flags,
  environment,
  configPath,
}: Sources): Promise<Settings> {
  const file = configPath === undefined ? {} : await readConfig(configPath)
  return Object.fromEntries(
    NAMES.map((name) => {
      const setting: Setting<unknown> = SETTINGS[name]
      const variable = environmentName(name)
      const { [name]: flag } = flags
      const { [variable]: inEnvironment } = environment
      const inFile = Object.hasOwn(file, name) ? file[name] : undefined
      if (flag !== undefined)
        return [name, told(setting.flag.split(' ')[0]!, () => setting.fromText(flag))]
      if (inEnvironment !== undefined && inEnvironment !== '')
        return [name, told(variable, () => setting.fromText(inEnvironment))]
      if (inFile !== undefined)
        return [name, told(`${name} in ${configPath}`, () => setting.fromFile(inFile))]
      return [name, setting.otherwise]
    }),
  ) as unknown as Settings
}

/** A mistyped name would otherwise be ignored silently. */
async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  const config = parseJsonc(await readText(path), path)
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new Failure(`${path} must contain one object`)
  for (const name of Object.keys(config)) {
    if (!Object.hasOwn(SETTINGS, name))
      throw new Failure(
        `${path}: there is no setting ${name}`,
        wrapped(`There are: ${NAMES.join(', ')}.`),
      )
  }
  return config as Record<string, unknown>
}

function told<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError(`${where}: ${(error as Error).message}`)
  }
}
