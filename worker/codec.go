package worker

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	common "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// Marks of a sealed payload: how it is encoded, and under which key.
const (
	sealed  = "binary/encrypted"
	keyMark = "bihuan-key"
)

// codec seals what histories carry (载荷加密) with AES-256-GCM. It opens what any of its keys sealed, and what was never sealed:
// keys rotate by putting a new one first, and sealing can begin while cases run.
type codec struct {
	first string
	keys  map[string]cipher.AEAD
}

// Converter reads the keys of a file, one in a line as a name and 32 bytes in base64, the newest first; without a file
// nothing is sealed.
func Converter(file string) (converter.DataConverter, error) {
	plain := converter.GetDefaultDataConverter()
	if file == "" {
		return plain, nil
	}
	about, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("密钥文件：%w", err)
	}
	if about.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("密钥文件 %s 别人也能读，请设为 600", file)
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("密钥文件：%w", err)
	}
	c := codec{keys: map[string]cipher.AEAD{}}
	for line := range strings.Lines(string(text)) {
		name, secret, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
		if err != nil || len(key) != 32 || c.keys[name] != nil {
			return nil, fmt.Errorf("密钥文件 %s：%s 重复，或者不是 base64 写的32字节", file, name)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if c.keys[name], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
		if c.first == "" {
			c.first = name
		}
	}
	if c.first == "" {
		return nil, fmt.Errorf("密钥文件 %s 里没有密钥", file)
	}
	return converter.NewCodecDataConverter(plain, c), nil
}

// Encode seals payloads under the first key.
func (c codec) Encode(ps []*common.Payload) ([]*common.Payload, error) {
	out := make([]*common.Payload, len(ps))
	for i, p := range ps {
		b, err := proto.Marshal(p)
		if err != nil {
			return nil, err
		}
		nonce := make([]byte, c.keys[c.first].NonceSize())
		_, _ = rand.Read(nonce)
		out[i] = &common.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(sealed), keyMark: []byte(c.first)},
			Data: c.keys[c.first].Seal(nonce, nonce, b, []byte(c.first))}
	}
	return out, nil
}

// Decode opens payloads; one that was never sealed is passed on.
func (c codec) Decode(ps []*common.Payload) ([]*common.Payload, error) {
	out := make([]*common.Payload, len(ps))
	for i, p := range ps {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != sealed {
			out[i] = p
			continue
		}
		name := string(p.GetMetadata()[keyMark])
		key := c.keys[name]
		if key == nil {
			return nil, fmt.Errorf("没有名为 %s 的密钥，打不开历史", name)
		}
		if len(p.Data) < key.NonceSize() {
			return nil, errors.New("a sealed payload is cut off")
		}
		b, err := key.Open(nil, p.Data[:key.NonceSize()], p.Data[key.NonceSize():], []byte(name))
		if err != nil {
			return nil, err
		}
		out[i] = &common.Payload{}
		if err := proto.Unmarshal(b, out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
