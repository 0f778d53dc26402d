// SPDX-License-Identifier: MIT

#ifndef C_SUPERVISOR_H
#define C_SUPERVISOR_H

// A supervisor is this program, started once more under the name below: before `main` it starts another program within
// limits, waits for its end, and ends all that it started, also what left its process group, when that program ends or
// when descriptor 3, a pipe from whoever asked, is closed: as the kernel does for a process that is killed.
//
// Arguments: the name; bytes of address space; seconds of processor time; how much lower its priority is; a folder that
// goes with it, or nothing; the program and its arguments. Exit code: that of the program; 127 where there is none.

#define SUPERVISOR_NAME "iommu-check-supervisor"
#define SUPERVISOR_PIPE 3

/// Never returns where the arguments are those of a supervisor.
void csupervisor_run_if_asked(int argc, char **argv);

/// Makes the pipe: no other program that is started at the same time gets hold of its ends.
int csupervisor_pipe(int ends[2]);

#endif
