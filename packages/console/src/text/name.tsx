import { link } from '../frame/route.ts'

/** Somebody else's text: shown as it is, its direction its own, never a part of the sentence's. */
export function Name({ text }: { text: string }) {
  return <bdi class="name">{text}</bdi>
}

/** A product by its id, and the way to its page. */
export function Product({ id }: { id: string }) {
  return (
    <a class="name" href={link('product', id)}>
      <bdi>{id}</bdi>
    </a>
  )
}
