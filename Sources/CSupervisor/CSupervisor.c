// SPDX-License-Identifier: MIT

#define _GNU_SOURCE
#include "CSupervisor.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A process with threads may not fork; the supervisor has none: it runs before `main`, also in the program of the tests.
__attribute__((constructor)) static void before_main(int argc, char **argv) { csupervisor_run_if_asked(argc, argv); }

static void limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) return;
    // A limit that is lower already stays.
    if (hard > now.rlim_max) hard = now.rlim_max;
    if (soft > hard) soft = hard;
    if (soft > now.rlim_cur) soft = now.rlim_cur;
    struct rlimit wanted = {soft, hard};
    setrlimit(resource, &wanted);
}

static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ};
enum { IGNORED_COUNT = sizeof ignored / sizeof *ignored };

static void set_ignored(void (*disposition)(int)) {
    for (int i = 0; i < IGNORED_COUNT; i++) signal(ignored[i], disposition);
}

static void become_program(char **argv, pid_t supervisor) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor) _exit(127);
    rlim_t seconds = strtoull(argv[2], NULL, 10);
    rlim_t bytes = strtoull(argv[1], NULL, 10);
    limit(RLIMIT_AS, bytes, bytes);
    // SIGXCPU first, SIGKILL for who does not hear it.
    limit(RLIMIT_CPU, seconds, seconds + 1);
    limit(RLIMIT_CORE, 0, 0);
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + atoi(argv[3]));
    close(SUPERVISOR_PIPE);
    set_ignored(SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(argv[5], argv + 5);
    _exit(127);
}

/// The parent of a process, as `/proc/N/stat` has it behind the name in parentheses; 0 where it is gone.
static pid_t parent_of(const char *process) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    const char *end = strrchr(text, ')');
    int parent = 0;
    return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/// Kills every child there is now. They are not waited for by anybody else, so their numbers are theirs.
static void kill_children(void) {
    pid_t self = getpid();
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct dirent *entry;
    while ((entry = readdir(processes))) {
        if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == self) {
            kill((pid_t)atoi(entry->d_name), SIGKILL);
        }
    }
    closedir(processes);
}

/// Whoever loses its parent becomes a child of the supervisor: killed in the next round.
static void kill_descendants(void) {
    for (;;) {
        kill_children();
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) return;
    }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    remove(path);
    return 0;
}

int csupervisor_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static void heard(int signal) { (void)signal; }

void csupervisor_run_if_asked(int argc, char **argv) {
    if (argc < 6 || strcmp(argv[0], SUPERVISOR_NAME) != 0) return;
    // None of the asking process's other files are held open.
    syscall(SYS_close_range, SUPERVISOR_PIPE + 1, ~0U, 0);
    prctl(PR_SET_NAME, "supervisor");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    set_ignored(SIG_IGN);
    struct sigaction action = {.sa_handler = heard};
    sigaction(SIGCHLD, &action, NULL);
    sigset_t ends, none;
    sigemptyset(&none);
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    sigprocmask(SIG_SETMASK, &ends, NULL);

    pid_t self = getpid();
    pid_t program = fork();
    if (program == 0) become_program(argv, self);
    int code = program < 0 ? 127 : -1;
    int is_wanted = 1;
    while (code < 0 && is_wanted) {
        pid_t ended;
        int status;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended == program) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        if (code >= 0) break;
        // SIGCHLD is let in only while one waits: none is missed.
        struct pollfd asking = {SUPERVISOR_PIPE, POLLIN, 0};
        if (ppoll(&asking, 1, NULL, &none) > 0) is_wanted = 0;
    }
    kill_descendants();
    if (!is_wanted && argv[4][0] == '/') nftw(argv[4], remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    _exit(is_wanted ? code : 128 + SIGKILL);
}
