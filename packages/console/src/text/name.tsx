import { link } from '../frame/route.ts'

/** Text from outside, shown as it is, with its own direction, isolated from the sentence. */
export function Name({ text }: { text: string }) {
  return <bdi class="name">{text}</bdi>
}

/** A product's id, linked to its page. */
export function Product({ id }: { id: string }) {
  return (
    <a class="name" href={link('product', id)}>
      <bdi>{id}</bdi>
    </a>
  )
}
