package api

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"bihuan/schemas"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// secret finds what marks a text as a state secret (涉密不上网): a class with its star or its field, or a warning not to pass it on.
var secret = regexp.MustCompile(`(?:绝密|机密|秘密)\s?[★☆*]|密\s?级\s?[:：]\s?(?:绝密|机密|秘密)|绝密级|机密级|秘密级|内部(?:资料|文件)[，,；;]?\s?(?:严禁|不得|请勿|切勿)外传`)

// notSecret refuses what is marked as a secret, wherever in a form it stands. Code: Secret.
func notSecret(where string, texts ...string) error {
	for _, text := range texts {
		if mark := secret.FindString(text); mark != "" {
			return schemas.Refuse("Secret", "%s里有“%s”字样：涉密内容不得上网，请按保密规定处理", where, mark)
		}
	}
	return nil
}

// saidIn is all that a form says, as one text.
func saidIn(in any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(in) // forms are plain structs
	return b.String()
}

// Limits of what is read of an attachment to look for marks; what lies beyond is refused, so that nothing hides there.
const (
	partsRead = 64 << 20 // bytes of an office document's parts, unpacked
	partsMost = 5000
)

// wordsOf are the words of a file as far as they can be read without its program: of Word, Excel and OFD their parts, of the old
// formats and of text files everything. The words of a PDF and of a picture are not read. Code: TooLarge.
func wordsOf(name, kind string, content []byte) (string, error) {
	switch {
	case kind == "text/plain":
		if utf8.Valid(content) {
			return string(content), nil
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
		return string(text), err
	case bytes.HasPrefix(content, []byte("PK")):
		return partsOf(name, content)
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		units := make([]uint16, len(content)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(content[2*i:])
		}
		return string(utf16.Decode(units)), nil
	}
	return "", nil
}

func partsOf(name string, content []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", schemas.Refuse("BadFile", "附件“%s”打不开，可能已经损坏", name)
	}
	if len(archive.File) > partsMost {
		return "", schemas.Refuse("TooLarge", "附件“%s”里的内容过多，请转成 PDF 再传", name)
	}
	var words strings.Builder
	left := int64(partsRead)
	for _, part := range archive.File {
		if !strings.HasSuffix(strings.ToLower(part.Name), ".xml") {
			continue
		}
		in, err := part.Open()
		if err != nil {
			return "", schemas.Refuse("BadFile", "附件“%s”打不开，可能已经损坏", name)
		}
		bounded := &io.LimitedReader{R: in, N: left + 1}
		for d := xml.NewDecoder(bounded); ; {
			token, err := d.Token()
			if err != nil {
				break // what is no xml has no words
			}
			if text, is := token.(xml.CharData); is {
				words.Write(text)
			}
		}
		left = bounded.N - 1
		_ = in.Close()
		if left < 0 {
			return "", schemas.Refuse("TooLarge", "附件“%s”解开后过大，请转成 PDF 再传", name)
		}
		words.WriteByte('\n')
	}
	return words.String(), nil
}

// bare takes out of a picture what it tells besides the picture: place, time, camera, owner. How it is to be turned stays.
func bare(kind string, content []byte) []byte {
	switch kind {
	case "image/jpeg":
		return bareJPEG(content)
	case "image/png":
		return barePNG(content)
	}
	return content
}

// bareJPEG keeps the segments that make the picture (ITU-T T.81, annex B); a file that cannot be followed is kept as it is up to
// there, for its pixels are all that a viewer shows.
func bareJPEG(in []byte) []byte {
	out := append([]byte{}, in[:2]...)
	for at := 2; at+4 <= len(in); {
		if in[at] != 0xff {
			return append(out, in[at:]...)
		}
		marker := in[at+1]
		if marker == 0xff { // filling
			at++
			continue
		}
		if marker == 0xda { // from here on the picture itself
			return append(out, in[at:]...)
		}
		end := at + 2 + int(binary.BigEndian.Uint16(in[at+2:]))
		if end > len(in) || end < at+4 {
			return append(out, in[at:]...)
		}
		about := marker == 0xfe || marker >= 0xe1 && marker <= 0xef && marker != 0xee // comments; not JFIF, not Adobe's colours
		if !about {
			out = append(out, in[at:end]...)
		}
		if turned := turning(in[at+4 : end]); marker == 0xe1 && turned != 0 {
			out = append(out, turn(turned)...)
		}
		at = end
	}
	return out
}

// turning reads the orientation of an Exif segment (CIPA DC-008, tag 0x0112); zero: upright or none.
func turning(exif []byte) uint16 {
	if !bytes.HasPrefix(exif, []byte("Exif\x00\x00")) || len(exif) < 16 {
		return 0
	}
	tiff := exif[6:]
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	first := int64(order.Uint32(tiff[4:]))
	if first+2 > int64(len(tiff)) {
		return 0
	}
	for i := range int64(order.Uint16(tiff[first:])) {
		entry := first + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := order.Uint16(tiff[entry+8:]); v > 1 && v <= 8 {
				return v
			}
		}
	}
	return 0
}

// turn is an Exif segment that says the orientation and nothing else.
func turn(v uint16) []byte {
	b := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	return append(b, byte(v>>8), byte(v), 0, 0, 0, 0, 0, 0)
}

// barePNG keeps the chunks that make the picture (W3C PNG, 11).
func barePNG(in []byte) []byte {
	const head = 8
	if len(in) < head {
		return in
	}
	out := append([]byte{}, in[:head]...)
	for at := head; at+12 <= len(in); {
		end := at + 12 + int(binary.BigEndian.Uint32(in[at:]))
		if end > len(in) || end < at+12 {
			return out
		}
		switch string(in[at+4 : at+8]) {
		case "eXIf", "tEXt", "zTXt", "iTXt", "tIME":
		default:
			out = append(out, in[at:end]...)
		}
		at = end
	}
	return out
}
