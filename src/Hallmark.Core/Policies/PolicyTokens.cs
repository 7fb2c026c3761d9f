namespace Hallmark.Core.Policies;

/// <summary>A policy's text, piece by piece.</summary>
internal sealed class PolicyTokens
{
    private readonly string _text;
    private int _at;

    public PolicyTokens(string text)
    {
        _text = text;
        Current = Read();
    }

    /// <summary>The piece that is looked at.</summary>
    public PolicyToken Current { get; private set; }

    /// <summary>Gives the piece that is looked at and goes on to the next.</summary>
    public PolicyToken Take()
    {
        var taken = Current;
        Current = Read();
        return taken;
    }

    /// <summary>True, and goes on, where this sign is looked at.</summary>
    public bool TrySign(string sign) => Current.IsSign(sign) && Take() is var _;

    /// <summary>True, and goes on, where this word is looked at.</summary>
    public bool TryWord(string word) => Current.IsWord(word) && Take() is var _;

    /// <summary>The refusal of the piece that is looked at.</summary>
    public PolicyFormatException Expected(string what) => Refuse(Current.Column, $"expected {what}, found {Current.Described}");

    /// <summary>A refusal at a place.</summary>
    public PolicyFormatException Refuse(int column, string message) => new(_text, column, message);

    private static bool IsWordUnit(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_';

    private PolicyToken Read()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }

        var start = _at;
        if (start == _text.Length)
        {
            return new PolicyToken(PolicyTokenKind.End, "", start + 1);
        }

        switch (_text[start])
        {
            case '(' or ')' or ',':
                _at++;
                return new PolicyToken(PolicyTokenKind.Sign, _text[start.._at], start + 1);
            case '>' when start + 1 < _text.Length && _text[start + 1] is '=':
                _at += 2;
                return new PolicyToken(PolicyTokenKind.Sign, ">=", start + 1);
            case '"':
                _at++;
                return ReadQuoted(start);
            case var unit when IsWordUnit(unit):
                SkipWord();
                return new PolicyToken(PolicyTokenKind.Word, _text[start.._at], start + 1);
            default:
                throw Refuse(start + 1, "expected a name, a number, \"(\", \")\", \",\" or \">=\", found another character");
        }
    }

    private PolicyToken ReadQuoted(int start)
    {
        SkipWord();
        if (_at == start + 1 || _at == _text.Length || _text[_at] is not '"')
        {
            throw Refuse(_at + 1, "expected a name of letters, digits, '-' and '_', and a closing quote");
        }

        return new PolicyToken(PolicyTokenKind.Quoted, _text[(start + 1).._at++], start + 1);
    }

    private void SkipWord()
    {
        while (_at < _text.Length && IsWordUnit(_text[_at]))
        {
            _at++;
        }
    }
}
