// SPDX-License-Identifier: GPL-3.0-or-later
// A PDF of one page that says "Letter".
const CONTENT = "BT /F1 24 Tf 72 720 Td (Letter) Tj ET";

const OBJECTS = [
  "<< /Type /Catalog /Pages 2 0 R >>",
  "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
  "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    + " /Resources << /Font << /F1 5 0 R >> >> >>",
  `<< /Length ${CONTENT.length} >>\nstream\n${CONTENT}\nendstream`,
  "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
];

function write(): string {
  let text = "%PDF-1.4\n";
  const offsets = OBJECTS.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 ${OBJECTS.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  return `${text}trailer\n<< /Size ${OBJECTS.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}

export const FAKE_PDF = Uint8Array.from(write(), (letter) => letter.charCodeAt(0));
