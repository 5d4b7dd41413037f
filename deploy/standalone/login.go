package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// login is a role's way into a database of a running server. TLS is not
// spoken: the server is on this machine or on a network that is trusted.
type login struct {
	address        string // host:port
	role, password string
	database       string
}

// superuserLogin enters a server of this machine as its administrator.
func superuserLogin(port int, password string) login {
	return login{address: address(port), role: superuser, password: password, database: superuser}
}

// parseLogin reads a connection string, with what it leaves out as Postgres'
// own programs would find it. An error does not repeat the password.
func parseLogin(text string) (login, error) {
	c, err := pgx.ParseConfig(text)
	if err != nil {
		return login{}, fmt.Errorf("数据库的地址写得不对，应如 postgres://用户:口令@主机:端口/库：%w", err)
	}
	if strings.HasPrefix(c.Host, "/") || c.Password == "" {
		return login{}, fmt.Errorf("数据库的地址里要有主机和口令：Temporal 经 TCP 用口令进入数据库")
	}
	return login{address: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), role: c.User, password: c.Password, database: c.Database}, nil
}

// into is the same role's login to another database of the server.
func (l login) into(database string) login {
	l.database = database
	return l
}

// as is another role's login, whose password derives from this one's: one
// secret is enough, and a role's password does not betray the superuser's.
func (l login) as(role string) login {
	mac := hmac.New(sha256.New, []byte(l.password))
	mac.Write([]byte(role))
	l.role, l.password = role, hex.EncodeToString(mac.Sum(nil)[:24])
	return l
}

// url is the connection string.
func (l login) url() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(l.role, l.password), Host: l.address, Path: "/" + l.database, RawQuery: "sslmode=disable"}
	return u.String()
}
