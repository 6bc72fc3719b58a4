/** Names of the environment variables by which the stack tells the pages where what they show is. */
export const environment = {
  /** Scheme and host that media and styles come from. */
  site: 'SITE_ORIGIN',
  /** Scheme and host of the archive, whose pictures other sites show too. */
  archive: 'ARCHIVE_ORIGIN',
  /** The path of the style sheet, below `/assets/`. */
  style: 'STYLE_PATH',
} as const;

/** The folder of the media, with slashes around it. */
export const mediaFolder = '/media/';
/** The folder of the archive's pictures. */
export const pictureFolder = '/pictures/';
/** What stands in the answer to whoever asks for the health of the pages. */
export const healthyMarker = '"pages":"up"';
