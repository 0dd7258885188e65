namespace PerfFlow.Platform.Signers;

/// <summary>Some of many people: those who are ticked, and those whom the words find.</summary>
/// <param name="Shown">The ticked first, then at most <see cref="Most"/> others.</param>
/// <param name="Matching">How many the words find.</param>
/// <param name="All">How many there are.</param>
/// <param name="Words">What was searched for; empty = everybody.</param>
public sealed record PeopleFound(IReadOnlyList<Candidate> Shown, int Matching, int All, string Words)
{
    /// <summary>Up to so many stand there without a search.</summary>
    public const int Few = 12;

    /// <summary>More than this nobody reads.</summary>
    public const int Most = 20;

    public bool Many => All > Few;

    /// <param name="all">In the order in which they are shown.</param>
    /// <param name="words">Parts of name, body or post, with spaces between; all of them must be found.</param>
    /// <param name="ticked">User ids as they were posted.</param>
    /// <param name="role">The name of a role.</param>
    public static PeopleFound Of(IReadOnlyList<Candidate> all, string? words, IReadOnlyList<string> ticked, Func<string, string> role)
    {
        ArgumentNullException.ThrowIfNull(all);
        var chosen = all.Where(c => ticked.Contains(IdOf(c), StringComparer.Ordinal)).ToList();
        var found = Search(all, words, role);
        return new PeopleFound([.. chosen, .. found.Except(chosen).Take(all.Count > Few ? Most : Few)], found.Count, all.Count, words?.Trim() ?? "");
    }

    /// <summary>Those whom all the words find.</summary>
    public static IReadOnlyList<Candidate> Search(IReadOnlyList<Candidate> all, string? words, Func<string, string> role)
    {
        var parts = (words ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? all
            : [.. all.Where(c => Array.TrueForAll(parts, part => $"{c.Name} {c.Body} {role(c.Post.Role)}".Contains(part, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>As the form posts it.</summary>
    public static string IdOf(Candidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return candidate.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
