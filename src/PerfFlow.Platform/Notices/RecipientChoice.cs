using System.Text.Json;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// Whom a notice goes to: groups and single bodies, less exclusions. Groups are kept as groups, so that a body which
/// joins the section before the signature is in.
/// </summary>
public sealed record RecipientChoice
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Groups: <c>all</c>, <c>kind:department</c>, <c>kind:unit</c>, <c>kind:town</c>, <c>section:12</c>, <c>tree:34</c> (a department with its units).</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Single bodies.</summary>
    public IReadOnlyList<long> Units { get; init; } = [];

    /// <summary>Bodies left out, whatever group they are in.</summary>
    public IReadOnlyList<long> Except { get; init; } = [];

    /// <summary>Codes of the only projects asked for; empty = all of the chosen bodies. With a list and no body chosen, the list alone decides.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Codes of the key projects (重点): 绩效科 reviews them as well.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    public bool IsEmpty => Groups.Count == 0 && Units.Count == 0 && Projects.Count == 0;

    /// <summary>Codes as typed or pasted: one per line, or with commas or blanks between.</summary>
    public static IReadOnlyList<string> Codes(string? typed) =>
        [.. (typed ?? "").Split([',', '，', '、', ';', '；', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>The stored form.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);

    public static RecipientChoice Read(string json) => JsonSerializer.Deserialize<RecipientChoice>(json, Json)!;

    /// <summary>A group's name is one of the known kinds; anything else would silently choose nobody.</summary>
    public static bool IsGroup(string group) =>
        group == "all"
        || (group.StartsWith("kind:", StringComparison.Ordinal) && group[5..] is "department" or "unit" or "town")
        || ((group.StartsWith("section:", StringComparison.Ordinal) || group.StartsWith("tree:", StringComparison.Ordinal))
            && long.TryParse(group.AsSpan(group.IndexOf(':', StringComparison.Ordinal) + 1), out _));

    /// <summary>Whether a body that files is chosen.</summary>
    /// <param name="body">A department, unit or town.</param>
    /// <param name="sectionId">The section of its department on that day, 0 = none.</param>
    public bool Takes(Body body, long sectionId)
    {
        if (Except.Contains(body.Id))
        {
            return false;
        }

        if (Units.Contains(body.Id) || (Groups.Count + Units.Count == 0 && Projects.Count > 0))
        {
            return true;
        }

        foreach (var group in Groups)
        {
            var takes = group switch
            {
                "all" => true,
                "kind:department" => body.Kind == BodyKind.Department,
                "kind:unit" => body.Kind == BodyKind.Unit,
                "kind:town" => body.Kind == BodyKind.Town,
                _ when group.StartsWith("section:", StringComparison.Ordinal) => sectionId != 0 && group.AsSpan(8).SequenceEqual(Text(sectionId)),
                _ => body.DepartmentId is { } department && group.AsSpan(5).SequenceEqual(Text(department)),
            };
            if (takes)
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
