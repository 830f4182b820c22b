# bash completion for costate: commands, their options, and what these take, as `costate COMMAND --help` lists them.
_costate()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} program=${COMP_WORDS[0]} value
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null | awk '/^  [a-z]+ / { print $1 }') --help --version" -- "$word"))
        return
    fi
    value=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | awk -v option="$before" '$1 == option { print $2; exit }')
    case $before:$value in
    --pass:*) COMPREPLY=($(compgen -W "field derive simplify schedule c" -- "$word")); return ;;
    --backend:*) COMPREPLY=($(compgen -W "tcc cc auto" -- "$word")); return ;;
    --real:*) COMPREPLY=($(compgen -W "double float" -- "$word")); return ;;
    --class-weight:*) COMPREPLY=($(compgen -W "balanced" -- "$word")); return ;;
    --kind:*) COMPREPLY=($(compgen -W "network parameters dynamics control" -- "$word")); return ;;
    --only:*) COMPREPLY=($(compgen -W "$("$program" plot --help 2>/dev/null | awk '/^[a-z]+  +/ { print $1 }')" -- "$word")); return ;;
    -*:DIR) COMPREPLY=($(compgen -d -- "$word")); return ;;
    -*:FILE*) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    case $word in
    -*) COMPREPLY=($(compgen -W "$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | awk '$1 ~ /^-/ { print $1 }') --help" -- "$word")) ;;
    *)
        value=$(cd "$(dirname "$(command -v "$program")")/../share/costate/specs" 2>/dev/null && printf '%s\n' *.lua)
        COMPREPLY=($(compgen -W "${value//.lua/}" -- "$word") $(compgen -f -- "$word"))
        ;;
    esac
}
complete -o filenames -F _costate costate costate-mpi
