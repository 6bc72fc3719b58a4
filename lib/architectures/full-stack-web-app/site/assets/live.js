/** API Gateway ends a connection over which nothing passed for ten minutes. */
const betweenPings = 5 * 60 * 1000;
const longestPause = 60_000;

/**
 * A connection that comes back: each time with a new ticket, later and later while it cannot. Whoever listens is told when it is
 * open, as news may have been missed until then.
 */
export class Live {
  #ticket;
  #opened;
  #heard;
  #make;
  #pause = 1000;
  #ping;

  /** @param make makes a WebSocket; another one in tests */
  constructor(ticket, { opened, heard }, make = (address) => new WebSocket(address)) {
    this.#ticket = ticket;
    this.#opened = opened;
    this.#heard = heard;
    this.#make = make;
  }

  async connect() {
    try {
      const socket = this.#make(await this.#ticket());
      socket.onopen = () => {
        this.#pause = 1000;
        this.#ping = setInterval(() => socket.send('{"action":"ping"}'), betweenPings);
        this.#opened(true);
      };
      socket.onmessage = ({ data }) => this.#heard(JSON.parse(data));
      socket.onclose = () => this.#again();
    } catch {
      this.#again();
    }
  }

  #again() {
    clearInterval(this.#ping);
    this.#opened(false);
    setTimeout(() => void this.connect(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, longestPause);
  }
}
