using System.Globalization;

namespace Hallmark.Core.Policies;

/// <summary>A length of time as a policy writes it: <c>90s</c>, <c>45m</c>, <c>12h</c>, <c>30d</c>, <c>2w</c>. The unit is kept as written.</summary>
/// <param name="Count">How many; 1 to 36,500.</param>
/// <param name="Unit">Of which unit.</param>
internal readonly record struct PolicyDuration(int Count, char Unit)
{
    private const int MaxCount = 36_500;

    /// <summary>As a length of time; a week is seven days, a day 24 hours.</summary>
    public TimeSpan Length =>
        Unit switch
        {
            's' => TimeSpan.FromSeconds(Count),
            'm' => TimeSpan.FromMinutes(Count),
            'h' => TimeSpan.FromHours(Count),
            'd' => TimeSpan.FromDays(Count),
            _ => TimeSpan.FromDays(7 * Count),
        };

    /// <summary>Reads one; null where the text is none.</summary>
    public static PolicyDuration? Find(string text) =>
        text.Length > 1
        && text[^1] is 's' or 'm' or 'h' or 'd' or 'w'
        && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count is >= 1 and <= MaxCount
            ? new PolicyDuration(count, text[^1])
            : null;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}{Unit}");
}
