package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// terminalColumns is how wide a terminal is.
func terminalColumns(f *os.File) int {
	var info windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info); err != nil {
		return 80
	}
	return int(info.Window.Right-info.Window.Left) + 1
}
