import { Duration, Names } from 'aws-cdk-lib';
import { CfnComponent } from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import { absentFaults, nameOf, payloadOf, repeated, textOf, type BootText } from './boot-payload';
import { contentVersion, imageDocument, maximumDocument, type DocumentPhase } from './image-document';

export interface ImageComponentProps {
  /** What it brings into the image, or looks for, in a sentence. */
  readonly description: string;
  /**
   * Path of a bash file, or its text, that runs as root on the build instance.
   * @default - nothing is built
   */
  readonly build?: string | BootText;
  /**
   * The same, when all components have built: what fails here never becomes an image.
   * @default - nothing is looked at
   */
  readonly validate?: string | BootText;
  /**
   * The same, on an instance that was started from the new image: what fails here is given to nobody.
   * @default - nothing is tested
   */
  readonly test?: string | BootText;
  /**
   * Files the programs need, which stand under their own names in the folder `$BOOT_FILES`.
   * @default - none
   */
  readonly files?: readonly (string | BootText)[];
  /**
   * How long each of them may take, 1 second to 12 hours.
   * @default Duration.minutes(15)
   */
  readonly longest?: Duration;
}

/**
 * One step of making an image. It is never edited: another content is another version, made beside the old one.
 *
 * @claims compute-image-pipeline
 */
export class ImageComponent extends Construct {
  readonly componentArn: string;
  readonly version: string;
  /** Whether it does anything to an instance of the finished image. */
  readonly tests: boolean;

  constructor(scope: Construct, id: string, props: ImageComponentProps) {
    super(scope, id);
    const { description, build, validate, test, files = [], longest = Duration.minutes(15) } = props;
    const kinds = [
      ['build', build],
      ['validate', validate],
      ['test', test],
    ] as const;
    const given = kinds.flatMap(([name, program]) => (program === undefined ? [] : [{ name, program }]));
    const programs = given.map(({ program }) => program);
    const all = [...programs, ...files];
    refuse(this, [
      programs.length === 0 && 'nothing is done; give build, validate or test',
      (description === '' || description.length > 1_024) &&
        `description has ${description.length} characters; give 1 to 1024`,
      outsideDuration('longest', longest, Duration.seconds(1), Duration.hours(12)),
      ...absentFaults(all),
      ...[...new Set(repeated(all.map(nameOf)))].map(
        (name) =>
          `files has the name ${name} twice, and the programs count too; rename one, since all stand in one folder`,
      ),
    ]);
    const texts = files.map(textOf);
    const phases = given.map(({ name, program }): DocumentPhase => {
      const script = `set -e\nexport BOOT_FILES="$(mktemp -d)"\n${payloadOf(textOf(program), texts)}`;
      return { name, script, seconds: longest.toSeconds() };
    });
    const document = imageDocument(description, phases);
    refuse(this, [
      document.length > maximumDocument &&
        `its programs and files make a document of ${document.length} characters; Image Builder takes ${maximumDocument}, so fetch large files from a bucket, or make two components`,
      ...all
        .map(textOf)
        .map(
          ({ name, text }) =>
            text.includes('{{') &&
            `${name} has {{, by which Image Builder knows a variable of its own; write it otherwise`,
        ),
    ]);

    this.version = contentVersion(document);
    this.tests = test !== undefined;
    this.componentArn = new CfnComponent(this, 'Component', {
      name: Names.uniqueResourceName(this, { separator: '-', maxLength: 100 }),
      version: this.version,
      platform: 'Linux',
      supportedOsVersions: ['Amazon Linux 2023'],
      description,
      data: document,
    }).attrArn;
  }
}

/** What is wrong with the components of one image, by their names. */
export function componentFaults(components: Readonly<Record<string, ImageComponentProps>>): (string | false)[] {
  const all = Object.entries(components);
  return [
    (all.length < 1 || all.length > 20) && `components has ${all.length}; give 1 to 20`,
    ...all.map(
      ([name]) =>
        !/^[A-Z][A-Za-z0-9]*$/.test(name) &&
        `components has the name ${name}; give a word that begins with a capital letter`,
    ),
    all.length > 0 &&
      all.every(([, { test }]) => test === undefined) &&
      'components has none with a test, so that an image nobody has tried would reach every instance; give one of them test',
  ];
}
