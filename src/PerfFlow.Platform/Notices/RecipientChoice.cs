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

    /// <summary>One case for the whole unit instead of one per project.</summary>
    public bool WholeUnit { get; init; }

    public bool IsEmpty => Groups.Count == 0 && Units.Count == 0;

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

        if (Units.Contains(body.Id))
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
