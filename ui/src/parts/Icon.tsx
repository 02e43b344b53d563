/** The page's few icons, drawn as strokes so that they weigh what the text beside them weighs. */

const PATHS = {
  home: "M4 11.2 12 4.5l8 6.7M6 9.8V19h4.2v-5h3.6v5H18V9.8",
  search: "M10.8 17.1a6.3 6.3 0 1 0 0-12.6 6.3 6.3 0 0 0 0 12.6ZM15.4 15.4 20 20",
  bell: "M6.3 16.2h11.4c-1-1.2-1.5-2.3-1.5-5.4a4.2 4.2 0 0 0-8.4 0c0 3.1-.5 4.2-1.5 5.4ZM10.4 19h3.2",
  talk: "M5 6h14v9.6h-7.2L8 19v-3.4H5Z",
  person: "M12 11.6a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4ZM4.9 19.8c.9-3.6 3.6-5.4 7.1-5.4s6.2 1.8 7.1 5.4",
  settings: "M4 8h8.5M17.5 8H20M4 16h2.5M11.5 16H20M15 10.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM9 18.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8Z",
  photo: "M4.5 5.5h15v13h-15ZM4.5 16l4.3-4.3 3.4 3.4 2.6-2.6 4.7 4.7M14.8 9.6h.1",
  trash: "M5 7.2h14M9.5 7V4.8h5V7M7 7.2l.8 12h8.4l.8-12M10.4 10.5v5.4M13.6 10.5v5.4",
  reply: "M9.5 6.5 4.8 11l4.7 4.5M5 11h8.2c3.4 0 5.6 2 6 6.5",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  send: "M4.5 5.2 20 12 4.5 18.8 7 12ZM7 12h6.5",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
