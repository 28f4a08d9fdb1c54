import { lchownSync, statSync } from 'node:fs'

/**
 * What root makes beside the inventory belongs to the inventory's owner, as SQLite does with its log: the service, which
 * is not root, has to open it afterwards. A link that somebody put there is not followed.
 */
export function giveToOwnerOf(path: string, made: string): void {
  if (process.getuid?.() !== 0) return
  const owner = statSync(path, { throwIfNoEntry: false })
  if (owner === undefined) return
  try {
    lchownSync(made, owner.uid, owner.gid)
  } catch {
    // A root without this right can still use what it made.
  }
}
