package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

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
