import { inventoryContract } from 'holdfast/testing'
import { servedShop } from './support/served-shop.ts'

// Consumers and documents are the library's own: over HTTP there are events and webhooks.
inventoryContract('over HTTP', servedShop, {
  supports: { consumers: false, documents: false, 'call-options': false },
})
