import type { Construct } from 'constructs';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AcceptanceList } from './acceptance-list';

/** Who decides whether somebody that may ask for a connection to a service gets it. */
export abstract class Acceptance {
  /** A person, for each connection. */
  static byHand(): Acceptance {
    return new ByHand();
  }

  /** A list of accounts; a function accepts and rejects by it. */
  static byList(accounts: readonly string[], alarms: AlarmTopic): Acceptance {
    return new ByList(accounts, alarms);
  }

  /** Nobody: whoever is among the allowed principals is connected at once. */
  static automatic(): Acceptance {
    return new Automatic();
  }

  abstract readonly isRequired: boolean;

  /** Makes what decides, for one service. */
  make(_scope: Construct, _serviceId: string): AcceptanceList | undefined {
    return undefined;
  }
}

class ByHand extends Acceptance {
  readonly isRequired = true;
}

class Automatic extends Acceptance {
  readonly isRequired = false;
}

class ByList extends Acceptance {
  readonly isRequired = true;

  constructor(
    private readonly accounts: readonly string[],
    private readonly alarms: AlarmTopic,
  ) {
    super();
  }

  override make(scope: Construct, serviceId: string): AcceptanceList {
    return new AcceptanceList(scope, 'List', { serviceId, accounts: this.accounts, alarms: this.alarms });
  }
}
