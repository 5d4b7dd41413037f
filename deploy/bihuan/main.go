// Command bihuan is the product's one program: each subcommand is one way to run a part of it.
package main

import "github.com/alecthomas/kong"

var commands struct {
	Due dueCommand `cmd:"" help:"按规则推算期限"`
}

func main() {
	ctx := kong.Parse(&commands, kong.Name("bihuan"), kong.Description("闭环：人大监督事项的交办、督办与销号"))
	ctx.FatalIfErrorf(ctx.Run())
}
