import { InvalidInputError, type Inventory } from 'holdfast'
import { consumerNames, WEBHOOKS, type StoredWebhook } from './stored-webhook.ts'

/** Removes the positions of webhooks that were moved or deleted before a time. */
export async function forgetOldPositions(
  inventory: Inventory,
  webhooks: ReadonlyMap<string, StoredWebhook>,
  before: number,
): Promise<void> {
  for (const { name } of await inventory.consumers()) {
    if (!name.startsWith(WEBHOOKS.prefix)) continue
    const webhook = webhooks.get(name.split(':')[1]!)
    // Without its document it is unknown.
    if (webhook === undefined || !isOld(name, webhook, before)) continue
    try {
      await inventory.forgetConsumer(name)
    } catch (error) {
      // Another process has not released it yet.
      if (!(error instanceof InvalidInputError)) throw error
    }
  }
}

function isOld(name: string, webhook: StoredWebhook, before: number): boolean {
  const { deletedAt, movedAt = Infinity } = webhook
  if (deletedAt !== null) return deletedAt <= before
  return movedAt <= before && !consumerNames(webhook).includes(name)
}
