// Events as they stand in the end: an amendment takes the place of what it amends.

/** Each event once, as it was told last, in the order in which they were told first. */
export function lastTold<Event extends { readonly id: string }>(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
