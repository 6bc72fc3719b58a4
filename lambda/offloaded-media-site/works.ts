/** Something the museum shows. */
export interface Work {
  /** What it is called in the address of its page. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** A film or a photograph of ours, below `/media/`. */
  readonly media: string;
  /** A drawing that the archive lends, below `/pictures/`. */
  readonly picture: string;
}

export const works: readonly Work[] = [
  {
    name: 'lighthouse',
    title: 'The lighthouse on the sandbank',
    text: 'Built in 1856, moved twice, and lit until the harbour had another.',
    media: 'lighthouse.mp4',
    picture: 'lighthouse.svg',
  },
  {
    name: 'ferry',
    title: 'The last chain ferry',
    text: 'It crossed the river by a chain on its bed, whatever the stream.',
    media: 'ferry.jpg',
    picture: 'ferry.svg',
  },
  {
    name: 'net-maker',
    title: 'At the net maker’s',
    text: 'A net of forty metres took a winter, two people and eleven miles of yarn.',
    media: 'net-maker.jpg',
    picture: 'net-maker.svg',
  },
];
