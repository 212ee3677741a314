import type { FileInfo } from "../../protocol/model.ts";
import { DownloadIcon, FileIcon } from "../parts/icons.tsx";
import { useStrings } from "../strings/context.ts";

interface FilesProps {
  files: readonly FileInfo[];
  /** The address of a picture; on the server by default. */
  urlOf?: (fileId: string) => string;
  onOpen?: (fileId: string) => void;
}

/** The files of a message. Pictures have their space before they are loaded; other files can be downloaded. */
export function Files({ files, urlOf = fileUrl, onOpen }: FilesProps) {
  const images = files.filter(isImage);
  const others = files.filter((file) => !isImage(file));
  return (
    <>
      {images.length > 0 && (
        <div class="images">
          {images.map((image) => (
            <a
              key={image.id}
              class="image"
              href={fileUrl(image.id)}
              target="_blank"
              rel="noopener"
              onClick={(event) => {
                if (onOpen === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(image.id);
              }}
            >
              <img
                src={urlOf(image.id)}
                alt={image.name}
                {...shownSize(image, images.length)}
                loading="lazy"
                decoding="async"
              />
            </a>
          ))}
        </div>
      )}
      {others.map((file) => <FileRow key={file.id} file={file} />)}
    </>
  );
}

function FileRow({ file }: { file: FileInfo }) {
  const strings = useStrings();
  return (
    <a class="file-row" href={fileUrl(file.id)} download={file.name} title={strings.files.download}>
      <FileIcon />
      <span class="file-names">
        <bdi>{file.name}</bdi>
        <small>{sizeText(file.size, strings.locale)}</small>
      </span>
      <DownloadIcon />
    </a>
  );
}

export function fileUrl(fileId: string): string {
  return `/api/files/${fileId}`;
}

export function isImage(file: FileInfo): boolean {
  return file.width !== undefined && file.height !== undefined;
}

/** The shortest side: smaller ones could hardly be seen or pressed. */
const SHORTEST = 48;
/** A picture with one side longer than this many times the other is cropped; the lightbox shows the whole. */
const STEEPEST = 3;

/**
 * The size of a picture's box: no larger than the picture or the space; a tiny picture has room around it. Several
 * boxes share a line.
 */
export function shownSize(
  { width = 1, height = 1 }: FileInfo,
  among: number,
): { width: number; height: number; "data-cropped"?: ""; "data-small"?: "" } {
  const [most, high] = among === 1 ? [420, 320] : [220, 180];
  const growth = Math.max(1, SHORTEST / Math.min(width, height));
  const [wide, tall] = [Math.min(width, height * STEEPEST) * growth, Math.min(height, width * STEEPEST) * growth];
  const scale = Math.min(1, most / wide, high / tall);
  const isCropped = Math.max(width / height, height / width) > STEEPEST;
  return {
    width: Math.round(wide * scale),
    height: Math.round(tall * scale),
    ...(isCropped ? { "data-cropped": "" } : {}),
    ...(growth > 1 ? { "data-small": "" } : {}),
  };
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** "1.4 MB" */
export function sizeText(bytes: number, locale: string): string {
  const power = bytes < 1_024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
  return format.format(bytes / 1_024 ** power);
}

/** The text that stands for a message without text. */
export function fileNames(files: readonly FileInfo[] = []): string {
  return files.map(({ name }) => name).join(", ");
}
