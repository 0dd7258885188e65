namespace PerfFlow.Platform.Submissions;

/// <summary>Whether a stretch of text is in both versions, only in the old or only in the new one.</summary>
public enum DiffKind
{
    Same,

    /// <summary>Shown as <c>del</c>.</summary>
    Removed,

    /// <summary>Shown as <c>ins</c>.</summary>
    Added,
}

/// <summary>A stretch of text of one kind.</summary>
public sealed record DiffSpan(DiffKind Kind, string Text);

/// <summary>
/// Compares two texts the way a reader of Chinese sees them: each 汉字 by itself, a number or a Latin word as a whole.
/// Short agreements inside a changed passage are taken as changed, since single matching characters between struck and
/// underlined ones cannot be read.
/// </summary>
public static class TextDiff
{
    // Above this many cells the middle is shown as replaced: two full goals of 2,000 characters stay below it.
    private const int MaxCells = 6_000_000;

    private const string Marks = "，。；：、！？（）“”《》\n ";

    /// <summary>The spans in reading order; removed before added where both meet. Joined, they give back either text.</summary>
    public static IReadOnlyList<DiffSpan> Compare(string before, string after)
    {
        var a = Words(before);
        var b = Words(after);
        var head = 0;
        while (head < a.Count && head < b.Count && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < a.Count - head && tail < b.Count - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }

        var edits = new List<(DiffKind Kind, string Word)>();
        edits.AddRange(a.Take(head).Select(w => (DiffKind.Same, w)));
        Middle([.. a.Skip(head).SkipLast(tail)], [.. b.Skip(head).SkipLast(tail)], edits);
        edits.AddRange(a.TakeLast(tail).Select(w => (DiffKind.Same, w)));
        return Join(Readable(Runs(edits)));
    }

    private static void Middle(string[] a, string[] b, List<(DiffKind, string)> edits)
    {
        if ((long)a.Length * b.Length > MaxCells || a.Length == 0 || b.Length == 0)
        {
            edits.AddRange(a.Select(w => (DiffKind.Removed, w)));
            edits.AddRange(b.Select(w => (DiffKind.Added, w)));
            return;
        }

        // Longest common subsequence of the rests, so that walking from the front prefers early agreement.
        var width = b.Length + 1;
        var longest = new ushort[(a.Length + 1) * width];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                longest[(i * width) + j] = a[i] == b[j]
                    ? (ushort)(longest[((i + 1) * width) + j + 1] + 1)
                    : Math.Max(longest[((i + 1) * width) + j], longest[(i * width) + j + 1]);
            }
        }

        var (x, y) = (0, 0);
        while (x < a.Length || y < b.Length)
        {
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                edits.Add((DiffKind.Same, a[x]));
                x++;
                y++;
            }
            else if (y == b.Length || (x < a.Length && longest[((x + 1) * width) + y] >= longest[(x * width) + y + 1]))
            {
                edits.Add((DiffKind.Removed, a[x++]));
            }
            else
            {
                edits.Add((DiffKind.Added, b[y++]));
            }
        }
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var start = i++;
            if (InWord(text[start]))
            {
                while (i < text.Length && (InWord(text[i]) || (text[i] is '.' or ',' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
                {
                    i++;
                }
            }
            else if (char.IsHighSurrogate(text[start]) && i < text.Length)
            {
                i++;
            }

            words.Add(text[start..i]);
        }

        return words;

        static bool InWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '%';
    }

    private static List<List<(DiffKind Kind, string Word)>> Runs(List<(DiffKind Kind, string Word)> edits)
    {
        var runs = new List<List<(DiffKind, string)>>();
        var lastSame = false;
        foreach (var edit in edits)
        {
            var same = edit.Kind == DiffKind.Same;
            if (runs.Count == 0 || same != lastSame)
            {
                runs.Add([]);
            }

            runs[^1].Add(edit);
            lastSame = same;
        }

        return runs;
    }

    // A short agreement between two changes joins them, unless it is punctuation, where a reader pauses anyway.
    private static IEnumerable<(DiffKind Kind, string Text)> Readable(List<List<(DiffKind Kind, string Word)>> runs)
    {
        for (var i = 0; i < runs.Count; i++)
        {
            var text = string.Concat(runs[i].Select(w => w.Word));
            var same = runs[i][0].Kind == DiffKind.Same;
            var between = i > 0 && i < runs.Count - 1;
            if (same && between && text.Length < 3 && !text.Any(c => Marks.Contains(c, StringComparison.Ordinal)))
            {
                yield return (DiffKind.Removed, text);
                yield return (DiffKind.Added, text);
            }
            else
            {
                foreach (var (kind, word) in runs[i])
                {
                    yield return (kind, word);
                }
            }
        }
    }

    private static List<DiffSpan> Join(IEnumerable<(DiffKind Kind, string Text)> edits)
    {
        var spans = new List<DiffSpan>();
        var (removed, added, same) = ("", "", "");
        foreach (var (kind, text) in edits)
        {
            if (kind == DiffKind.Same)
            {
                Flush();
                same += text;
                continue;
            }

            FlushSame();
            removed += kind == DiffKind.Removed ? text : "";
            added += kind == DiffKind.Added ? text : "";
        }

        FlushSame();
        Flush();
        return spans;

        void FlushSame()
        {
            if (same.Length > 0)
            {
                spans.Add(new DiffSpan(DiffKind.Same, same));
                same = "";
            }
        }

        void Flush()
        {
            if (removed.Length > 0)
            {
                spans.Add(new DiffSpan(DiffKind.Removed, removed));
            }

            if (added.Length > 0)
            {
                spans.Add(new DiffSpan(DiffKind.Added, added));
            }

            (removed, added) = ("", "");
        }
    }
}
