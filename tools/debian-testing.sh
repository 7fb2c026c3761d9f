# Sourced by scripts that take packages out of Debian testing: makes apt look there, in a folder of its own, and leaves the system's state as it is.
# Afterwards `$apt/debs` is where packages are downloaded to; all of it is gone when the script ends.

# use_debian_testing NAME: NAME stands before what is said.
use_debian_testing() {
    command -v apt-get >/dev/null || { echo "$1: no apt-get here" >&2; return 1; }
    local mirror
    mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -1)
    [ -n "$mirror" ] || { echo "$1: /etc/apt/sources.list.d/debian.sources names no mirror" >&2; return 1; }
    apt=$(mktemp -d)
    trap 'rm -rf "$apt"' EXIT
    mkdir -p "$apt"/{lists/partial,archives/partial,debs}
    : >"$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror forky main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<X
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Debug::NoLocking "1";
X
    export APT_CONFIG=$apt/apt.conf
    apt-get -qq update
}
