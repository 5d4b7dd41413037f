package api

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strconv"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/boombuler/barcode/qr"
	"github.com/cloudflare/circl/blindsign/blindrsa"
)

// A slip (选票) is a secret and the signature of its electorate's key over it, made blindly (RFC 9474): whoever has it may vote once.
// The register knows the hash of the blinded secret, by which it can be joined to nothing, and, once it is in the urn, the hash of the
// secret. Blinding and signing happen in one request, in memory: someone who watches this process sees both.
type slip struct {
	secret    []byte
	signature []byte
}

const (
	slipKeyBits = 2048
	secretBytes = 32
)

var errNoSlip = schemas.Refuse("BadSlip", "这张票无效：链接可能没有复制完整，或者不是这次投票的")

// code is the slip as a link and a form carry it.
func (s slip) code() string {
	return base64.RawURLEncoding.EncodeToString(append(bytes.Clone(s.secret), s.signature...))
}

// hash is what the urn keeps the slip under. The secret alone makes it: another signature over it would be the same slip.
func (s slip) hash() string {
	sum := sha256.Sum256(s.secret)
	return hex.EncodeToString(sum[:])
}

// newSlipKeys makes the keys of an electorate, as PEM.
func newSlipKeys() (public, private string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, slipKeyBits)
	if err != nil {
		return "", "", err
	}
	pkix, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", "", err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})), nil
}

// blankSlip is a slip that waits for its signature.
type blankSlip struct {
	secret  []byte
	blinded []byte
	client  blindrsa.Client
	state   blindrsa.State
}

// newBlank makes the slip that belongs to a seed and to whom it is for: the same ones give the same slip, so that a draw whose answer got
// lost can be repeated. Without the seed, which only the browser keeps, nothing about it can be told.
func newBlank(publicPEM, seed string, belongs ...string) (b blankSlip, err error) {
	public, err := slipPublic(publicPEM)
	if err != nil {
		return b, err
	}
	stream := sha3.NewSHAKE256()
	for _, part := range append([]string{"bihuan slip", seed}, belongs...) {
		_, _ = stream.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	b.secret = make([]byte, secretBytes)
	_, _ = stream.Read(b.secret)
	if b.client, err = blindrsa.NewClient(blindrsa.SHA384PSSDeterministic, public); err != nil { // deterministic: the secret has no need of more chance
		return b, err
	}
	b.blinded, b.state, err = b.client.Blind(stream, b.secret)
	return b, err
}

func (b blankSlip) hash() string {
	sum := sha256.Sum256(b.blinded)
	return hex.EncodeToString(sum[:])
}

// sign has the electorate's key sign the blinded secret, and unblinds what comes back.
func (b blankSlip) sign(privatePEM string) (slip, error) {
	block, _ := pem.Decode([]byte(privatePEM))
	if block == nil {
		return slip{}, register.NotOpen("closed")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return slip{}, err
	}
	private, is := key.(*rsa.PrivateKey)
	if !is {
		return slip{}, errors.New("the electorate's key is not RSA")
	}
	signed, err := blindrsa.NewSigner(private).BlindSign(b.blinded)
	if err != nil {
		return slip{}, err
	}
	signature, err := b.client.Finalize(b.state, signed)
	return slip{b.secret, signature}, err
}

// readSlip reads and verifies a slip of that electorate. Code: BadSlip.
func readSlip(publicPEM, code string) (slip, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || len(raw) != secretBytes+slipKeyBits/8 {
		return slip{}, errNoSlip
	}
	public, err := slipPublic(publicPEM)
	if err != nil {
		return slip{}, errNoSlip
	}
	verifier, err := blindrsa.NewVerifier(blindrsa.SHA384PSSDeterministic, public)
	if err != nil {
		return slip{}, err
	}
	s := slip{raw[:secretBytes], raw[secretBytes:]}
	if verifier.Verify(s.secret, s.signature) != nil {
		return slip{}, errNoSlip
	}
	return s, nil
}

func slipPublic(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errNoSlip
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, is := key.(*rsa.PublicKey)
	if !is {
		return nil, errors.New("the electorate's key is not RSA")
	}
	return public, nil
}

// qrPath draws a QR code as the path of an SVG of that many units a side, its quiet zone included: one stroke for each run of dark modules.
func qrPath(text string) (path string, side int, err error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.L, qr.Unicode)
	if err != nil {
		return "", 0, err
	}
	n := code.Bounds().Dx()
	dark := func(x, y int) bool { r, _, _, _ := code.At(x, y).RGBA(); return r == 0 }
	var b strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			if !dark(x, y) {
				continue
			}
			run := 1
			for x+run < n && dark(x+run, y) {
				run++
			}
			b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + ".5h" + strconv.Itoa(run))
			x += run
		}
	}
	return b.String(), n + 2*quiet, nil
}
