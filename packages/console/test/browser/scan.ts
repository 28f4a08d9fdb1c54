import type { Reader } from './office.ts'

/** Types as fast as a scanner, with its final Enters. */
export async function scan({ page }: Reader, text: string, enters = 1): Promise<void> {
  await page.keyboard.type(text)
  await Promise.all(Array.from({ length: enters }, () => page.keyboard.press('Enter')))
}

/** The name of the field that has the focus, or the text of the button. */
export async function focused({ page }: Reader): Promise<string> {
  return await page.evaluate(() => {
    const { activeElement: element } = document
    return element instanceof HTMLInputElement ? element.name : (element?.textContent ?? '')
  })
}
