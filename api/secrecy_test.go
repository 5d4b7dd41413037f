package api

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf16"

	"bihuan/schemas"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// What is marked as a secret is not taken, in whatever kind of file its words can be read; what only speaks of secrets is.
func TestSecretsAreNotUploaded(t *testing.T) {
	files := must(OpenFiles(t.TempDir()))
	word := func(text string) []byte {
		return zipped(t, map[string][]byte{"[Content_Types].xml": []byte(`<Types/>`),
			"word/document.xml": []byte(`<w:document xmlns:w="w"><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:document>`)})
	}
	var old bytes.Buffer
	old.WriteString("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504))
	_ = binary.Write(&old, binary.LittleEndian, utf16.Encode([]rune("密级：机密")))
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"方案.docx", word("办理方案"), ""},
		{"方案.docx", word("企业的商业秘密受保护，工作人员应保守国家秘密。"), ""},
		{"方案.docx", word("机密★三年"), "Secret"},
		{"方案.docx", word("机密</w:t></w:r><w:r><w:t>★三年"), "Secret"},
		{"机密★方案.docx", word("办理方案"), "Secret"},
		{"方案.wps", old.Bytes(), "Secret"},
		{"说明.txt", []byte("内部资料，请勿外传"), "Secret"},
		{"说明.txt", must(simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("本件为秘密级"))), "Secret"},
		{"方案.docx", word(strings.Repeat("水", partsRead/3+10)), "TooLarge"},
	} {
		_, err := files.receive(posted(t, c.name, c.content))
		var refusal *schemas.Error
		if c.code == "" && err != nil || c.code != "" && (!errors.As(err, &refusal) || refusal.Code != c.code) {
			t.Errorf("%s of %d bytes: %v, want %q", c.name, len(c.content), err, c.code)
		}
	}
	if err := notSecret("填写的内容", saidIn(schemas.ActIn{Text: "密级：秘密"})); err == nil {
		t.Error("a marked text is taken")
	}
}

// A picture keeps its pixels and how it is turned; where, when and by whom it was taken is gone.
func TestPicturesAreBare(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 8, 8))
	picture.Set(3, 3, color.RGBA{200, 10, 10, 255})
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x02\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x25\x88\x04\x00\x01\x00\x00\x00\x00\x00\x00\x00GPS 30.58N 114.30E Xiaomi")
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	comment := append([]byte{0xff, 0xfe, 0, 8}, "张三拍"[:6]...)
	marked := append(append(append([]byte{}, plain.Bytes()[:2]...), append(segment, comment...)...), plain.Bytes()[2:]...)
	got := bare("image/jpeg", marked)
	if bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("张三")) {
		t.Error("the picture still tells where it was taken, or by whom")
	}
	if turning(got[6:]) != 6 {
		t.Error("the picture forgot how it is turned")
	}
	was, is := must(jpeg.Decode(&plain)), must(jpeg.Decode(bytes.NewReader(got)))
	if was.At(3, 3) != is.At(3, 3) {
		t.Error("the picture changed")
	}
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, picture); err != nil {
		t.Fatal(err)
	}
	text := []byte("\x00\x00\x00\x0atEXtAuthor\x00abc\x00\x00\x00\x00")
	p := append(append(append([]byte{}, drawn.Bytes()[:33]...), text...), drawn.Bytes()[33:]...)
	if got := bare("image/png", p); !bytes.Equal(got, drawn.Bytes()) {
		t.Error("the drawing keeps its author, or lost a point")
	}
	for _, broken := range [][]byte{{0xff, 0xd8}, {0xff, 0xd8, 0xff}, {0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1}, {0xff, 0xd8, 0xff, 0xe1, 0, 0}, []byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR")} {
		bare("image/jpeg", broken)
		bare("image/png", broken)
	}
}

func FuzzBare(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 2 {
			bare("image/jpeg", b)
			bare("image/png", b)
		}
	})
}
