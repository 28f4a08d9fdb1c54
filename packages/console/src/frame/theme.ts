import { effect, signal } from '@preact/signals'

const KEY = 'holdfast-theme'
const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

function stored(): Theme {
  const text = localStorage.getItem(KEY)
  return THEMES.find((one) => one === text) ?? 'auto'
}

export const theme = signal<Theme>(stored())

/** Whether the page is dark now, by choice or automatically. */
export const isDark = signal(false)

const system = matchMedia('(prefers-color-scheme: dark)')

export function applyTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme.value
    isDark.value = theme.value === 'dark' || (theme.value === 'auto' && system.matches)
  }
  system.addEventListener('change', apply)
  effect(apply)
}

/** Automatic, light, dark, and again. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!
  localStorage.setItem(KEY, theme.value)
}
