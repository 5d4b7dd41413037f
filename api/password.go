package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// argon2id as OWASP's list has it for servers with little memory to spare: 19 MiB, two passes, one lane.
const (
	hashMemory uint32 = 19456 // KiB
	hashPasses uint32 = 2
	hashLanes  uint8  = 1
	hashBytes  uint32 = 32
)

// hashing bounds the memory that a crowd at the login page can claim.
var hashing = make(chan struct{}, 2)

// Hash returns the PHC string under which a password is kept.
func Hash(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	key := derive(password, salt, hashPasses, hashMemory, hashLanes, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// matches reports whether the password is the one kept; a PHC string that cannot be read matches none.
func matches(phc, password string) bool {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil || version != argon2.Version {
		return false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	want, wantErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || wantErr != nil || passes == 0 || lanes == 0 || len(want) == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(want, derive(password, salt, passes, memory, lanes, uint32(len(want)))) == 1
}

func derive(password string, salt []byte, passes, memory uint32, lanes uint8, n uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, n)
}

// decoy is verified for logins that do not exist, so that the time of an answer does not tell them.
var decoy = sync.OnceValue(func() string { return Hash(rand.Text()) })

// guessable are passwords that satisfy every rule and stand first in every list of guesses.
var guessable = []string{"password123", "password@123", "password123!", "p@ssw0rd123", "p@ssw0rd2023", "admin@123456", "admin123456", "admin12345",
	"aa123456789", "aa12345678", "aa123456!@#", "abc123456789", "abcd1234!@#$", "abc@123456", "abcd@1234", "asdf1234!@#$", "qwer1234!@#$", "qwe123!@#asd",
	"qwerty123456", "1qaz2wsx3edc", "1qaz@wsx3edc", "1qaz2wsx#edc", "zaq1@wsxcde3", "welcome@123", "changeme_123", "huawei@123", "huawei12#$",
	"root@123456", "test@123456", "123456abc!", "a123456789!", "bihuan-2023"}

// weakness says why a password must not be set for a login; empty: it may.
func weakness(password, login string) string {
	kinds := map[string]bool{}
	for _, c := range password {
		switch {
		case c >= 'a' && c <= 'z':
			kinds["lower"] = true
		case c >= 'A' && c <= 'Z':
			kinds["upper"] = true
		case c >= '0' && c <= '9':
			kinds["digit"] = true
		default:
			kinds["other"] = true
		}
	}
	switch n := utf8.RuneCountInString(password); {
	case n < 16 && (n < 10 || len(kinds) < 3):
		return "密码至少10位，并含大写字母、小写字母、数字、其他字符中的三种；或者至少16位"
	case n > 256:
		return "密码长度不能超过256个字符"
	case strings.EqualFold(strings.TrimSpace(password), login), len(login) > 3 && strings.Contains(strings.ToLower(password), strings.ToLower(login)):
		return "密码不能包含账号"
	case slices.Contains(guessable, strings.ToLower(password)):
		return "这个密码太常见，容易被猜到，请换一个"
	}
	return ""
}

// Initial makes a password to be told to somebody once: 60 bits in characters that are not mistaken for each other.
func Initial() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}
