import type { Architecture } from './architecture';

/** Every architecture, in reading order. A test holds this list and the folders below `architectures` together. */
export const catalogue: readonly Architecture[] = [
  {
    name: 'three-tier-network',
    title: 'Three-tier network',
    subject: 'Networks',
    purpose: 'The network that other architectures stand in, planned to grow',
    monthlyCap: 40,
    exampleUse: { what: '100 GB that leave or come in by NAT', events: 1_000_000, kilobytes: 100 },
    load: () =>
      (
        require('./architectures/three-tier-network/three-tier-network-stack') as typeof import('./architectures/three-tier-network/three-tier-network-stack')
      ).ThreeTierNetwork,
  },
  {
    name: 'private-only-network',
    title: 'Private-only network',
    subject: 'Networks',
    purpose: 'Workloads that never touch the internet and still use AWS',
    monthlyCap: 10,
    exampleUse: { what: 'a million notes of 10 KB, each written once', events: 1_000_000, kilobytes: 10 },
    load: () =>
      (
        require('./architectures/private-only-network/private-only-network-stack') as typeof import('./architectures/private-only-network/private-only-network-stack')
      ).PrivateOnlyNetwork,
  },
  {
    name: 'network-watch',
    title: 'Network watch',
    subject: 'Networks',
    purpose: 'See what a network does, and prove what it cannot do',
    exampleUse: { what: 'a million records of 100 bytes', events: 1_000_000, kilobytes: 0.1 },
    load: () =>
      (
        require('./architectures/network-watch/network-watch-stack') as typeof import('./architectures/network-watch/network-watch-stack')
      ).NetworkWatch,
  },
  {
    name: 'peered-networks',
    title: 'Peered networks',
    subject: 'Networks',
    purpose: 'Three networks joined each with each, and where that stops',
    exampleUse: { what: 'a thousand knocks at all doors', events: 1000, kilobytes: 1, parts: {} },
    load: () =>
      (
        require('./architectures/peered-networks/peered-networks-stack') as typeof import('./architectures/peered-networks/peered-networks-stack')
      ).PeeredNetworks,
  },
  {
    name: 'hand-built-vpc',
    title: 'Hand-built VPC',
    subject: 'Networks',
    purpose: 'A network built one resource at a time, to see each part',
    monthlyCap: 20,
    exampleUse: { what: '10 GB that private hosts load by NAT', events: 1_000_000, kilobytes: 10 },
    load: () =>
      (
        require('./architectures/hand-built-vpc/hand-built-vpc-stack') as typeof import('./architectures/hand-built-vpc/hand-built-vpc-stack')
      ).HandBuiltVpc,
  },
  {
    name: 'internal-names',
    title: 'Internal names',
    subject: 'Networks',
    purpose: 'Names that only your networks see, filtered and written down',
    needsCertificate: false,
    exampleUse: {
      what: 'a million names looked up, half of them in each network',
      events: 1_000_000,
      kilobytes: 1,
      parts: {
        General: { times: 0.5 },
        BlockList: { times: 0.5 },
        Strict: { times: 0.5 },
        AllowList: { times: 0.5 },
      },
    },
    load: () =>
      (
        require('./architectures/internal-names/internal-names-stack') as typeof import('./architectures/internal-names/internal-names-stack')
      ).InternalNames,
  },
  {
    name: 'dns-routing-gallery',
    title: 'DNS routing gallery',
    subject: 'Names and the edge',
    purpose: 'Every routing policy and health check, each answer known beforehand',
    monthlyCap: 6,
    needsCertificate: false,
    exampleUse: {
      what: 'a million questions, and checkers from eight Regions all month',
      events: 1_000_000,
      kilobytes: 1,
      parts: { Target: { times: 1.4, milliseconds: 20 } },
    },
    load: () =>
      (
        require('./architectures/dns-routing-gallery/dns-routing-gallery-stack') as typeof import('./architectures/dns-routing-gallery/dns-routing-gallery-stack')
      ).DnsRoutingGallery,
  },
  {
    name: 'floating-interface',
    title: 'Floating interface',
    subject: 'Networks',
    purpose: 'An address and a MAC that stay while hosts come and go',
    monthlyCap: 20,
    exampleUse: {
      what: 'a million pages of 1 KB, and two failovers',
      events: 1_000_000,
      kilobytes: 1,
      parts: { Failover: { times: 0.000002, milliseconds: 10_000 } },
    },
    load: () =>
      (
        require('./architectures/floating-interface/floating-interface-stack') as typeof import('./architectures/floating-interface/floating-interface-stack')
      ).FloatingInterface,
  },
  {
    name: 'shared-private-service',
    title: 'Shared private service',
    subject: 'Networks',
    purpose: 'One service offered to a network that has the same addresses',
    monthlyCap: 40,
    exampleUse: { what: '10 GB through the service', events: 10_000, kilobytes: 1000, parts: {} },
    load: () =>
      (
        require('./architectures/shared-private-service/shared-private-service-stack') as typeof import('./architectures/shared-private-service/shared-private-service-stack')
      ).SharedPrivateService,
  },
  {
    name: 'traffic-inspection',
    title: 'Traffic inspection',
    subject: 'Networks',
    purpose: 'All internet traffic of a network read by appliances, both ways',
    monthlyCap: 55,
    exampleUse: {
      what: 'a million pages of 10 KB through the appliances',
      events: 1_000_000,
      kilobytes: 10,
    },
    load: () =>
      (
        require('./architectures/traffic-inspection/traffic-inspection-stack') as typeof import('./architectures/traffic-inspection/traffic-inspection-stack')
      ).TrafficInspection,
  },
  {
    name: 'single-server',
    title: 'Single server',
    subject: 'Servers',
    purpose: 'One hardened web server, the smallest thing worth deploying',
    monthlyCap: 20,
    exampleUse: { what: 'a million pages of 1 KB', events: 1_000_000, kilobytes: 1 },
    load: () =>
      (
        require('./architectures/single-server/single-server-stack') as typeof import('./architectures/single-server/single-server-stack')
      ).SingleServer,
  },
  {
    name: 'block-storage',
    title: 'Block storage',
    subject: 'Servers',
    purpose: 'A disk that outlives its server, with snapshots, a bin and encryption',
    monthlyCap: 15,
    exampleUse: { what: 'ten GB of snapshots', events: 10, kilobytes: 1_000_000 },
    load: () =>
      (
        require('./architectures/block-storage/block-storage-stack') as typeof import('./architectures/block-storage/block-storage-stack')
      ).BlockStorage,
  },
  {
    name: 'three-tier-web',
    title: 'Three-tier web',
    subject: 'Servers',
    purpose: 'A load-balanced web fleet that heals, scales and rolls back',
    monthlyCap: 85,
    exampleUse: {
      what: 'a million pages of 20 KB, and 1 GB of updates by NAT',
      events: 1_000_000,
      kilobytes: 20,
      parts: { Network: { kilobytes: 1 } },
    },
    load: () =>
      (
        require('./architectures/three-tier-web/three-tier-web-stack') as typeof import('./architectures/three-tier-web/three-tier-web-stack')
      ).ThreeTierWeb,
  },
  {
    name: 'elastic-fleet',
    title: 'Elastic fleet',
    subject: 'Servers',
    purpose: 'A fleet of spot and on-demand servers in every scaling style',
    monthlyCap: 50,
    exampleUse: {
      what: 'a million pages of 20 KB',
      events: 1_000_000,
      kilobytes: 20,
      parts: {
        Network: { kilobytes: 0.1 },
        WarmUp: { times: 0 },
        Leave: { times: 0 },
        SpotDrain: { times: 0 },
        Health: { times: 0 },
      },
    },
    load: () =>
      (
        require('./architectures/elastic-fleet/elastic-fleet-stack') as typeof import('./architectures/elastic-fleet/elastic-fleet-stack')
      ).ElasticFleet,
  },
  {
    name: 'placement-plans',
    title: 'Placement plans',
    subject: 'Servers',
    purpose: 'Servers kept apart or together, and what each way survives',
    exampleUse: { what: 'a thousand looks at where servers stand', events: 1000, kilobytes: 1, parts: {} },
    load: () =>
      (
        require('./architectures/placement-plans/placement-plans-stack') as typeof import('./architectures/placement-plans/placement-plans-stack')
      ).PlacementPlans,
  },
  {
    name: 'static-ip-entry',
    title: 'Static IP entry',
    subject: 'Servers',
    purpose: 'TCP, UDP and unopened TLS at addresses that never change',
    monthlyCap: 55,
    exampleUse: {
      what: 'a million connections of 20 KB',
      events: 1_000_000,
      kilobytes: 20,
      parts: { Network: { kilobytes: 0.1 } },
    },
    load: () =>
      (
        require('./architectures/static-ip-entry/static-ip-entry-stack') as typeof import('./architectures/static-ip-entry/static-ip-entry-stack')
      ).StaticIpEntry,
  },
  {
    name: 'golden-image',
    title: 'Golden image',
    subject: 'Servers',
    purpose: 'Images baked on a schedule, tested, and rolled into a fleet',
    monthlyCap: 20,
    exampleUse: {
      what: 'four images, each rolled into the fleet',
      events: 4,
      kilobytes: 1,
      parts: { Retirement: { times: 8, milliseconds: 2000 }, Follower: { times: 2, milliseconds: 1000 } },
    },
    load: () =>
      (
        require('./architectures/golden-image/golden-image-stack') as typeof import('./architectures/golden-image/golden-image-stack')
      ).GoldenImage,
  },
  {
    name: 'vpc-document-service',
    title: 'VPC document service',
    subject: 'Servers',
    purpose: 'Functions and servers of one network share files behind one address',
    monthlyCap: 25,
    exampleUse: {
      what: 'a hundred thousand documents of 100 KB, each kept once and read nine times',
      events: 1_000_000,
      kilobytes: 100,
      parts: {
        'Functions/Keep': { times: 0.1 },
        'Functions/Look': { times: 0.9 },
        Files: { times: 0.1 },
        Index: { times: 0.5, kilobytes: 1 },
        Visitor: { times: 0 },
      },
    },
    load: () =>
      (
        require('./architectures/vpc-document-service/vpc-document-service-stack') as typeof import('./architectures/vpc-document-service/vpc-document-service-stack')
      ).VpcDocumentService,
  },
  {
    name: 'path-routed-front-door',
    title: 'Path-routed front door',
    subject: 'Names and the edge',
    purpose: 'One name before a bucket, an application and a function, all closed',
    monthlyCap: 45,
    exampleUse: {
      what: 'a million requests of 20 KB, one in ten not at the edge',
      events: 1_000_000,
      kilobytes: 20,
      parts: {
        Entry: { times: 0.05 },
        Feed: { times: 0.02 },
        Media: { times: 0.03 },
        Guard: { times: 0 },
      },
    },
    load: () =>
      (
        require('./architectures/path-routed-front-door/path-routed-front-door-stack') as typeof import('./architectures/path-routed-front-door/path-routed-front-door-stack')
      ).PathRoutedFrontDoor,
  },
  {
    name: 'two-region-front-door',
    title: 'Two-Region front door',
    subject: 'Names and the edge',
    purpose: 'An application that survives the loss of a Region',
    exampleUse: {
      what: 'a million looks at the board and ten thousand notes, half of them in each Region',
      events: 1_000_000,
      kilobytes: 1,
      parts: {
        Notes: { times: 0.01 },
        Site: { times: 0.5 },
        'Site/Kept': { times: 0.01 },
        'Site/Functions/Keep': { times: 0.005 },
        'Site/Functions/Notes': { times: 0.005 },
      },
    },
    load: () =>
      (
        require('./architectures/two-region-front-door/two-region-front-door-stack') as typeof import('./architectures/two-region-front-door/two-region-front-door-stack')
      ).TwoRegionFrontDoor,
  },
  {
    name: 'private-static-site',
    title: 'Private static site',
    subject: 'Names and the edge',
    purpose: 'A site served worldwide from a bucket nobody can read directly',
    exampleUse: {
      what: 'a million requests of 20 KB, one in twenty not at the edge',
      events: 1_000_000,
      kilobytes: 20,
      parts: { Files: { times: 0.05 } },
    },
    load: () =>
      (
        require('./architectures/private-static-site/private-static-site-stack') as typeof import('./architectures/private-static-site/private-static-site-stack')
      ).PrivateStaticSite,
  },
  {
    name: 'offloaded-media-site',
    title: 'Offloaded media site',
    subject: 'Names and the edge',
    purpose: 'Pages from a function, media from storage, and a page for outages',
    exampleUse: {
      what: 'a hundred thousand visits, each of one page, three pictures and a film of 2 MB',
      events: 100_000,
      kilobytes: 5,
      milliseconds: 20,
      parts: {
        'Site/Edge': { times: 2, kilobytes: 1024 },
        'Site/Media': { times: 0.1, kilobytes: 2048 },
        Archive: { times: 3, kilobytes: 20 },
        Maintenance: { times: 0.01 },
      },
    },
    load: () =>
      (
        require('./architectures/offloaded-media-site/offloaded-media-site-stack') as typeof import('./architectures/offloaded-media-site/offloaded-media-site-stack')
      ).OffloadedMediaSite,
  },
  {
    name: 'managed-file-systems',
    title: 'Managed file systems',
    subject: 'Files and records',
    purpose: 'Windows shares and a parallel file system, each only when asked for',
    exampleUse: { what: 'a thousand files of 1 MB put into the bucket', events: 1000, kilobytes: 1024 },
    load: () =>
      (
        require('./architectures/managed-file-systems/managed-file-systems-stack') as typeof import('./architectures/managed-file-systems/managed-file-systems-stack')
      ).ManagedFileSystems,
  },
  {
    name: 'video-job-fanout',
    title: 'Video job fan-out',
    subject: 'Messages and events',
    purpose: 'One uploaded video becomes three independent jobs, none lost or doubled',
    exampleUse: {
      what: 'a thousand videos of 100 MB',
      events: 1000,
      kilobytes: 100_000,
      parts: { Renditions: { times: 3, kilobytes: 2 }, Done: { times: 3 } },
    },
    load: () =>
      (
        require('./architectures/video-job-fanout/video-job-fanout-stack') as typeof import('./architectures/video-job-fanout/video-job-fanout-stack')
      ).VideoJobFanout,
  },
  {
    name: 'clickstream-analytics',
    title: 'Clickstream analytics',
    subject: 'Messages and events',
    purpose: 'Clicks in one stream, read at four speeds and kept for later',
    monthlyCap: 20,
    exampleUse: {
      what: 'a million clicks of 200 bytes, ten in a call',
      events: 1_000_000,
      kilobytes: 0.2,
      parts: {
        Api: { times: 0.1, kilobytes: 2 },
      },
    },
    load: () =>
      (
        require('./architectures/clickstream-analytics/clickstream-analytics-stack') as typeof import('./architectures/clickstream-analytics/clickstream-analytics-stack')
      ).ClickstreamAnalytics,
  },
  {
    name: 'file-intake',
    title: 'File intake',
    subject: 'Files and records',
    purpose: 'Pictures dropped into a bucket are resized once, every failure kept',
    exampleUse: {
      what: 'ten thousand pictures of 2 MB, a hundred of them looked up',
      events: 10_000,
      kilobytes: 2000,
      milliseconds: 2000,
      parts: {
        Desk: { times: 0.01, milliseconds: 200 },
        Sweep: { times: 0.1 },
      },
    },
    load: () =>
      (
        require('./architectures/file-intake/file-intake-stack') as typeof import('./architectures/file-intake/file-intake-stack')
      ).FileIntake,
  },
  {
    name: 'secure-upload-exchange',
    title: 'Secure upload exchange',
    subject: 'Files and records',
    purpose: 'Outsiders upload by links nobody can abuse; every file is inspected',
    exampleUse: {
      what: 'ten thousand files of 2 MB, each asked for twice and fetched once',
      events: 10_000,
      kilobytes: 2000,
      parts: {
        'Transfer/Uploads': { times: 1, milliseconds: 50 },
        'Transfer/Outcomes': { times: 2, milliseconds: 80 },
        'Inspection/Inspector': { times: 1, milliseconds: 300 },
      },
    },
    load: () =>
      (
        require('./architectures/secure-upload-exchange/secure-upload-exchange-stack') as typeof import('./architectures/secure-upload-exchange/secure-upload-exchange-stack')
      ).SecureUploadExchange,
  },
  {
    name: 'personalised-edge',
    title: 'Personalised edge',
    subject: 'Names and the edge',
    purpose: 'One site that differs by experiment, device, country, tenant and move',
    exampleUse: {
      what: 'a million requests of 10 KB, six of ten for pages, and one of a hundred decided anew by each function',
      events: 1_000_000,
      kilobytes: 10,
      parts: {
        Experiment: { times: 0.6 },
        ChooseDevice: { times: 0.01, milliseconds: 10 },
        ChooseCountry: { times: 0.01, milliseconds: 10 },
        ChooseTenant: { times: 0.01, milliseconds: 10 },
        MoveOrigin: { times: 0.01, milliseconds: 10 },
        'Site/Pages': { times: 0.1 },
        'Site/Archive': { times: 0.01 },
        'Site/MemberFiles': { times: 0.01 },
      },
    },
    load: () =>
      (
        require('./architectures/personalised-edge/personalised-edge-stack') as typeof import('./architectures/personalised-edge/personalised-edge-stack')
      ).PersonalisedEdge,
  },
  {
    name: 'signed-media-library',
    title: 'Signed media library',
    subject: 'Names and the edge',
    purpose: 'Members fetch private media by signed links and cookies, and nobody else',
    exampleUse: {
      what: 'a thousand members, each with ten sessions',
      events: 10_000,
      kilobytes: 1,
    },
    load: () =>
      (
        require('./architectures/signed-media-library/signed-media-library-stack') as typeof import('./architectures/signed-media-library/signed-media-library-stack')
      ).SignedMediaLibrary,
  },
  {
    name: 'sensitive-form-intake',
    title: 'Sensitive form intake',
    subject: 'Names and the edge',
    purpose: 'Card and identity fields stay encrypted from the edge to one function',
    exampleUse: {
      what: 'a hundred thousand forms of 5 KB',
      events: 100_000,
      kilobytes: 5,
    },
    load: () =>
      (
        require('./architectures/sensitive-form-intake/sensitive-form-intake-stack') as typeof import('./architectures/sensitive-form-intake/sensitive-form-intake-stack')
      ).SensitiveFormIntake,
  },
  {
    name: 'video-portal',
    title: 'Video portal',
    subject: 'APIs and applications',
    purpose: 'People upload videos with credentials of their own, and get them made',
    exampleUse: {
      what: 'a thousand videos of 100 MB and ten minutes',
      events: 1000,
      kilobytes: 100_000,
      parts: {
        Api: { times: 10, kilobytes: 2 },
        Library: { kilobytes: 60_000 },
        'Library/Videos': { times: 13, kilobytes: 1 },
        Page: { times: 5, kilobytes: 20 },
        Transcoding: { kilobytes: 2 },
        // A minute of high definition counts twice, and one of the smaller rendition comes on top.
        'Transcoding/Queue': { times: 3, milliseconds: 600_000 },
      },
    },
    load: () =>
      (
        require('./architectures/video-portal/video-portal-stack') as typeof import('./architectures/video-portal/video-portal-stack')
      ).VideoPortal,
  },
  {
    name: 'alert-broadcast',
    title: 'Alert broadcast',
    subject: 'Messages and events',
    purpose: 'Operational news reaches people and systems, with proof of delivery',
    exampleUse: { what: 'a thousand alerts', events: 1000, kilobytes: 2 },
    load: () =>
      (
        require('./architectures/alert-broadcast/alert-broadcast-stack') as typeof import('./architectures/alert-broadcast/alert-broadcast-stack')
      ).AlertBroadcast,
  },
  {
    name: 'ordered-order-intake',
    title: 'Ordered order intake',
    subject: 'Messages and events',
    purpose: 'Orders of one customer in order and once, those of others beside',
    exampleUse: { what: 'a hundred thousand events of orders, of 1 KB each', events: 100_000, kilobytes: 1 },
    load: () =>
      (
        require('./architectures/ordered-order-intake/ordered-order-intake-stack') as typeof import('./architectures/ordered-order-intake/ordered-order-intake-stack')
      ).OrderedOrderIntake,
  },
  {
    name: 'newsletter-and-receipts',
    title: 'Newsletter and receipts',
    subject: 'Messages and events',
    purpose: 'Mail that is sent once, wanted, and good for the sender’s name',
    needsCertificate: false,
    exampleUse: {
      what: 'nine thousand newsletters and a thousand receipts',
      events: 10_000,
      kilobytes: 10,
      parts: {
        Receipts: { times: 0.1 },
        Newsletters: { times: 0.9 },
        SendReceipts: { times: 0.1 },
        SendNewsletters: { times: 0.9 },
      },
    },
    load: () =>
      (
        require('./architectures/newsletter-and-receipts/newsletter-and-receipts-stack') as typeof import('./architectures/newsletter-and-receipts/newsletter-and-receipts-stack')
      ).NewsletterAndReceipts,
  },
  {
    name: 'content-router',
    title: 'Content router',
    subject: 'Servers',
    purpose: 'One load balancer before several services, by every condition and action',
    monthlyCap: 30,
    exampleUse: {
      what: 'a million requests of 10 KB, six of ten for orders',
      events: 1_000_000,
      parts: {
        'Services/Pages': { times: 0.2 },
        'Services/Blog': { times: 0.2 },
        'Services/Orders': { times: 0.54 },
        'Services/OrdersNext': { times: 0.06 },
      },
    },
    load: () =>
      (
        require('./architectures/content-router/content-router-stack') as typeof import('./architectures/content-router/content-router-stack')
      ).ContentRouter,
  },
  {
    name: 'queued-worker-tier',
    title: 'Queued worker tier',
    subject: 'Servers',
    purpose: 'Uploads never wait; workers exist only while there is work',
    exampleUse: {
      what: 'ten thousand documents of 1 MB, a tenth of them sent and too large for a message',
      events: 10_000,
      kilobytes: 1000,
      parts: {
        Jobs: { kilobytes: 1 },
        Desk: { times: 0.1 },
        Payloads: { times: 0.1 },
        'Documents/Reports': { kilobytes: 1 },
      },
    },
    load: () =>
      (
        require('./architectures/queued-worker-tier/queued-worker-tier-stack') as typeof import('./architectures/queued-worker-tier/queued-worker-tier-stack')
      ).QueuedWorkerTier,
  },
  {
    name: 'event-hub',
    title: 'Event hub',
    subject: 'Messages and events',
    purpose: 'Services react to AWS, to each other and to the clock',
    exampleUse: {
      what: 'a hundred thousand photos of 4 MB, one in twenty without its description at first',
      events: 100_000,
      kilobytes: 2,
      parts: {
        'Intake/Photos': { kilobytes: 4000 },
        'Intake/Retries': { times: 0.05 },
        'Intake/NextTry': { times: 0.05 },
        'Intake/GivenUp': { times: 0.001 },
      },
    },
    load: () =>
      (
        require('./architectures/event-hub/event-hub-stack') as typeof import('./architectures/event-hub/event-hub-stack')
      ).EventHub,
  },
  {
    name: 'orders-api',
    title: 'Orders API',
    subject: 'APIs and applications',
    purpose: 'The smallest honest API: validated, throttled, watched, safely released',
    exampleUse: {
      what: 'a million calls: three in ten place an order, one is about a file or an invoice, the others read',
      events: 1_000_000,
      kilobytes: 2,
      parts: {
        'Functions/Orders': { times: 0.9 },
        'Functions/Attachments': { times: 0.05 },
        'Functions/Invoices': { times: 0.05 },
        'Functions/InvoiceWriter': { times: 0.05 },
        'Store/Orders': { times: 0.6 },
        'Store/Requests': { times: 0.3 },
        'Store/Documents': { times: 0.1 },
      },
    },
    load: () =>
      (
        require('./architectures/orders-api/orders-api-stack') as typeof import('./architectures/orders-api/orders-api-stack')
      ).OrdersApi,
  },
  {
    name: 'live-settings',
    title: 'Live settings',
    subject: 'APIs and applications',
    purpose: 'Settings that change while code runs, and take themselves back',
    exampleUse: {
      what: 'a million offers, a tenth of them accepted',
      events: 1_000_000,
      kilobytes: 1,
      milliseconds: 20,
      parts: { 'Offers/Accept': { times: 0.1 }, SigningKey: { times: 0.01 }, Flags: { times: 0.01 } },
    },
    load: () =>
      (
        require('./architectures/live-settings/live-settings-stack') as typeof import('./architectures/live-settings/live-settings-stack')
      ).LiveSettings,
  },
  {
    name: 'full-stack-web-app',
    title: 'Full-stack web app',
    subject: 'APIs and applications',
    purpose: 'A page, sign-in, an API, data and live updates, without servers',
    exampleUse: {
      what: 'a thousand people who each make 100 changes and look 900 times',
      events: 1_000_000,
      kilobytes: 1,
      parts: {
        'Store/Tasks': { times: 1 },
        'Store/Counts': { times: 0.2 },
        'Functions/Tickets': { times: 0.1 },
        'Functions/Messages': { times: 0.1 },
        'Functions/Publisher': { times: 0.1 },
        'Functions/Counter': { times: 0.1 },
        Channel: { times: 0.1 },
        Site: { times: 0.1, kilobytes: 20 },
      },
    },
    load: () =>
      (
        require('./architectures/full-stack-web-app/full-stack-web-app-stack') as typeof import('./architectures/full-stack-web-app/full-stack-web-app-stack')
      ).FullStackWebApp,
  },
  {
    name: 'api-facade',
    title: 'API facade',
    subject: 'APIs and applications',
    purpose: 'One contract in front of whatever answers, old or new',
    exampleUse: { what: 'a million calls of 2 KB, a tenth of them pickups', events: 1_000_000, kilobytes: 2 },
    load: () =>
      (
        require('./architectures/api-facade/api-facade-stack') as typeof import('./architectures/api-facade/api-facade-stack')
      ).ApiFacade,
  },
  {
    name: 'application-evolution',
    title: 'Application evolution',
    subject: 'APIs and applications',
    purpose: 'One application in five stages, from one machine to events',
    exampleUse: {
      what: 'a hundred thousand documents of 4 KB, each asked for once, one in a hundred without a word',
      events: 100_000,
      kilobytes: 4,
      parts: {
        Api: { times: 2 },
        'EventDriven/Hub/Failures': { times: 0 },
        'EventDriven/GivenUp': { times: 0.01 },
        'EventDriven/Retry': { times: 0.01 },
      },
    },
    load: () =>
      (
        require('./architectures/application-evolution/application-evolution-stack') as typeof import('./architectures/application-evolution/application-evolution-stack')
      ).ApplicationEvolution,
  },
  {
    name: 'reminder-service',
    title: 'Reminder service',
    subject: 'APIs and applications',
    purpose: 'A page starts a workflow that waits, decides and tells people',
    exampleUse: { what: 'a thousand reminders to two people each', events: 1000, kilobytes: 1 },
    load: () =>
      (
        require('./architectures/reminder-service/reminder-service-stack') as typeof import('./architectures/reminder-service/reminder-service-stack')
      ).ReminderService,
  },
  {
    name: 'records-archive',
    title: 'Records archive',
    subject: 'Files and records',
    purpose: 'Records kept for years at falling cost, undeletable where that is required',
    exampleUse: {
      what: 'a thousand records of 1 MB, put and read once',
      events: 1000,
      kilobytes: 1024,
      parts: { Restores: { times: 0.01, kilobytes: 1 } },
    },
    load: () =>
      (
        require('./architectures/records-archive/records-archive-stack') as typeof import('./architectures/records-archive/records-archive-stack')
      ).RecordsArchive,
  },
  {
    name: 'replicated-buckets',
    title: 'Replicated buckets',
    purpose: 'A second copy of every object elsewhere, which no mistake here reaches',
    subject: 'Files and records',
    exampleUse: {
      what: 'ten thousand documents of 1 MB, each put and copied once',
      events: 10_000,
      kilobytes: 1000,
      parts: { Reports: { times: 0 } },
    },
    load: () =>
      (
        require('./architectures/replicated-buckets/replicated-buckets-stack') as typeof import('./architectures/replicated-buckets/replicated-buckets-stack')
      ).ReplicatedBuckets,
  },
  {
    name: 'offsite-backup',
    title: 'Offsite backup',
    purpose: 'Daily backups of whatever carries a tag, copied to another Region, locked',
    subject: 'Files and records',
    exampleUse: { what: 'a thousand orders and files of 10 MB, backed up once', events: 1000, kilobytes: 10_000 },
    load: () =>
      (
        require('./architectures/offsite-backup/offsite-backup-stack') as typeof import('./architectures/offsite-backup/offsite-backup-stack')
      ).OffsiteBackups,
  },
  {
    name: 'sandbox-guard',
    title: 'Sandbox guard',
    subject: 'Accounts',
    purpose: 'Mail before a sandbox account becomes dear or keeps what should go',
    exampleUse: { what: 'a hundred notices', events: 100, kilobytes: 1 },
    load: () =>
      (
        require('./architectures/sandbox-guard/sandbox-guard-stack') as typeof import('./architectures/sandbox-guard/sandbox-guard-stack')
      ).SandboxGuard,
  },
];
