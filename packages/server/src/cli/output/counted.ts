/** `1 level`, `1,200 levels`; `several` is the plural, if it is not the singular with an s. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`
}
