import type { Inventory } from 'holdfast'
import { HttpProblem } from '../problems/http-problem.ts'
import { shownWebhook } from '../schemas/webhooks.ts'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import { storedPosition, type StoredWebhook } from '../webhooks/stored-webhook.ts'

/** Finds the webhooks that requests name, and shows them with their progress. */
export class WebhookDesk {
  readonly inventory: Inventory
  readonly webhooks: WebhookRegistry

  constructor(inventory: Inventory, webhooks: WebhookRegistry) {
    this.inventory = inventory
    this.webhooks = webhooks
  }

  /** @throws HttpProblem NOT_FOUND */
  found(id: string): StoredWebhook {
    const webhook = this.webhooks.find(id)
    if (webhook === null) throw new HttpProblem('NOT_FOUND', 'there is no such webhook')
    return webhook
  }

  async shown(webhook: StoredWebhook): Promise<object> {
    return (await this.shownAll([webhook]))[0]!
  }

  async shownAll(some: readonly StoredWebhook[]): Promise<object[]> {
    const consumers = await this.inventory.consumers()
    const positions = new Map(consumers.map(({ name, position }) => [name, position]))
    const { seq } = await this.inventory.head()
    return some.map((webhook) => {
      const sender = this.webhooks.sender(webhook.id)
      return shownWebhook(webhook, sender, storedPosition(webhook, positions), seq)
    })
  }
}
