/** `1 unit`, `1200 units`, for messages; `several` is the plural, if it is not the singular with an s. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
