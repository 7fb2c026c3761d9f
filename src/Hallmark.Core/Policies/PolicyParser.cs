using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Core.Anchoring;

namespace Hallmark.Core.Policies;

/// <summary>Reads a policy's text. The grammar stands in docs/formats/witness-policy.md.</summary>
/// <param name="text">The text, within its bound.</param>
internal sealed class PolicyParser(string text)
{
    private const int MaxDepth = 16;
    private const int MaxClauses = 64;
    private const int MaxNameLength = 64;
    private const int MaxConfirmations = 1_000_000;

    private readonly PolicyTokens _tokens = new(text);
    private int _clauses;
    private int _depth;

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="PolicyFormatException">It is no policy.</exception>
    public PolicyClause Read()
    {
        _tokens.TryWord("require");
        var clause = ReadEither();
        return _tokens.Current.Kind is PolicyTokenKind.End ? clause : throw _tokens.Expected("\"and\", \"or\" or the end");
    }

    private PolicyClause ReadEither() => ReadJoined("or", () => ReadJoined("and", ReadOne, asksAll: true), asksAll: false);

    private PolicyClause ReadJoined(string word, Func<PolicyClause> readPart, bool asksAll)
    {
        var parts = ImmutableArray.CreateBuilder<PolicyClause>();
        do
        {
            parts.Add(readPart());
        } while (_tokens.TryWord(word));

        return parts.Count == 1 ? parts[0] : new PolicyQuorum(asksAll ? parts.Count : 1, parts.DrainToImmutable());
    }

    private PolicyClause ReadOne()
    {
        var token = _tokens.Current;
        if (++_clauses > MaxClauses)
        {
            throw _tokens.Refuse(token.Column, $"more than {MaxClauses} clauses");
        }

        if (token.Kind is PolicyTokenKind.Quoted)
        {
            return ReadTerm(_tokens.Take());
        }

        if (_tokens.TrySign("("))
        {
            return ReadInBrackets(token.Column, ReadEither);
        }

        if (token.Kind is PolicyTokenKind.Word && token.Text.All(char.IsAsciiDigit))
        {
            return ReadCounted(_tokens.Take());
        }

        if (_tokens.TryWord("any"))
        {
            return ReadList(_ => 1);
        }

        if (_tokens.TryWord("all"))
        {
            return ReadList(count => count);
        }

        return token.Kind is PolicyTokenKind.Word && !PolicyKeywords.IsOne(token.Text)
            ? ReadTerm(_tokens.Take())
            : throw _tokens.Expected("a witness such as arweave, \"2 of (\", \"any(\", \"all(\" or \"(\"");
    }

    private PolicyClause ReadCounted(PolicyToken number)
    {
        if (!_tokens.TryWord("of"))
        {
            throw _tokens.Expected("\"of\"");
        }

        return ReadList(count =>
            int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var required)
            && required >= 1
            && required <= count
                ? required
                : throw _tokens.Refuse(number.Column, $"expected a number from 1 to {count}, found \"{number.Text}\"")
        );
    }

    private PolicyClause ReadList(Func<int, int> countRequired)
    {
        var column = _tokens.Current.Column;
        if (!_tokens.TrySign("("))
        {
            throw _tokens.Expected("\"(\"");
        }

        var parts = ReadInBrackets(column, ReadParts);
        var required = countRequired(parts.Length);
        return parts.Length == 1 ? parts[0] : new PolicyQuorum(required, parts);
    }

    private ImmutableArray<PolicyClause> ReadParts()
    {
        var parts = ImmutableArray.CreateBuilder<PolicyClause>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var column = _tokens.Current.Column;
            var part = ReadEither();
            // One witness named twice would count twice.
            if (!seen.Add(part is PolicyTerm term ? term.Meaning : part.ToString()))
            {
                throw _tokens.Refuse(column, $"{part} is already in this list");
            }

            parts.Add(part);
        } while (_tokens.TrySign(","));

        return parts.DrainToImmutable();
    }

    private T ReadInBrackets<T>(int column, Func<T> read)
    {
        if (++_depth > MaxDepth)
        {
            throw _tokens.Refuse(column, $"brackets more than {MaxDepth} deep");
        }

        var inside = read();
        if (!_tokens.TrySign(")"))
        {
            throw _tokens.Expected("\"and\", \"or\", \",\" or \")\"");
        }

        _depth--;
        return inside;
    }

    private PolicyTerm ReadTerm(PolicyToken name)
    {
        if (name.Text.Length > MaxNameLength)
        {
            throw _tokens.Refuse(name.Column, $"a name longer than {MaxNameLength} characters");
        }

        var conditions = new PolicyConditions();
        while (true)
        {
            var token = _tokens.Current;
            var isNew = true;
            if (_tokens.TryWord("state"))
            {
                (isNew, conditions) = (conditions.LeastState is null, conditions with { LeastState = ReadState() });
            }
            else if (_tokens.TryWord("level"))
            {
                (isNew, conditions) = (conditions.LeastLevel is null, conditions with { LeastLevel = ReadNumber(3) });
            }
            else if (_tokens.TryWord("confirmations"))
            {
                (isNew, conditions) = (
                    conditions.FewestConfirmations is null,
                    conditions with
                    {
                        FewestConfirmations = ReadNumber(MaxConfirmations),
                    }
                );
            }
            else if (_tokens.TryWord("within"))
            {
                (isNew, conditions) = (conditions.Within is null, conditions with { Within = ReadDuration() });
            }
            else
            {
                return new PolicyTerm(name.Text, conditions);
            }

            if (!isNew)
            {
                throw _tokens.Refuse(token.Column, $"\"{token.Text}\" was said before");
            }
        }
    }

    private ReceiptState ReadState()
    {
        ReadAtLeast();
        ReadOnlySpan<ReceiptState> states = [ReceiptState.Submitted, ReceiptState.Confirmed, ReceiptState.Final];
        foreach (var state in states)
        {
            if (_tokens.TryWord(AnchorReceiptJson.NameOf(state)))
            {
                return state;
            }
        }

        throw _tokens.Expected("submitted, confirmed or final");
    }

    private int ReadNumber(int most)
    {
        ReadAtLeast();
        var token = _tokens.Current;
        return
            token.Kind is PolicyTokenKind.Word
            && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1
            && number <= most
            && _tokens.Take() is var _
            ? number
            : throw _tokens.Expected($"a number from 1 to {most}");
    }

    private PolicyDuration ReadDuration()
    {
        var token = _tokens.Current;
        return token.Kind is PolicyTokenKind.Word && PolicyDuration.Find(token.Text) is { } duration && _tokens.Take() is var _
            ? duration
            : throw _tokens.Expected("a time such as 90s, 45m, 12h, 30d or 2w");
    }

    private void ReadAtLeast()
    {
        if (!_tokens.TrySign(">="))
        {
            throw _tokens.Expected("\">=\"");
        }
    }
}
