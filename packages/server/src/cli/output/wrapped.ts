/** The columns of a terminal. */
const COLUMNS = 80

/** The text in lines of at most 80 characters, broken at spaces, each after the indent. */
export function wrapped(text: string, indent = ''): string {
  const [first = '', ...others] = text.split(' ')
  const lines = [indent + first]
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length > COLUMNS) lines.push(indent + word)
    else lines[lines.length - 1] = longer
  }
  return lines.join('\n')
}
