import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { isBarcode } from './barcode.ts'

test('a barcode is 8, 12, 13 or 14 digits, the last of which is a valid check digit', () => {
  const barcodes = ['96385074', '036000291452', '4006381333931', '00012345600012']
  const others = ['96385075', '63600029145', '036000291453', '4006381333913', '12', '', '-6385074']
  const numbers = ['10000000', '12345678', '1000000000000', '250', '٩٦٣٨٥٠٧٤']
  deepEqual(
    [...barcodes, ...others, ...numbers].filter((text) => isBarcode(text)),
    barcodes,
  )
})
