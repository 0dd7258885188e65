namespace PerfFlow.Platform.Ui;

/// <summary>What became of a piece of text.</summary>
public enum DiffKind
{
    Same,
    Gone,
    Come,
}

/// <summary>A run of text with one fate.</summary>
public sealed record DiffPiece(DiffKind Kind, string Text);

/// <summary>
/// The difference of two texts as a reader would mark it: Chinese character by character, numbers and Latin words whole.
/// </summary>
public static class TextDiff
{
    /// <summary>Beyond this the middle is shown as replaced as a whole: the table of comparisons grows with the square.</summary>
    private const int MostTokens = 3000;

    public static IReadOnlyList<DiffPiece> Compare(string before, string after)
    {
        var old = Tokens(before);
        var now = Tokens(after);
        var head = 0;
        while (head < old.Count && head < now.Count && Same(old[head], now[head]))
        {
            head++;
        }

        var tail = 0;
        while (tail < old.Count - head && tail < now.Count - head && Same(old[^(tail + 1)], now[^(tail + 1)]))
        {
            tail++;
        }

        var pieces = new List<DiffPiece>();
        Add(pieces, DiffKind.Same, old.Take(head));
        Middle(pieces, old[head..(old.Count - tail)], now[head..(now.Count - tail)]);
        Add(pieces, DiffKind.Same, old.TakeLast(tail));
        return Readable(pieces);
    }

    private static void Middle(List<DiffPiece> pieces, List<string> old, List<string> now)
    {
        if (old.Count == 0 || now.Count == 0 || old.Count > MostTokens || now.Count > MostTokens)
        {
            Add(pieces, DiffKind.Gone, old);
            Add(pieces, DiffKind.Come, now);
            return;
        }

        // common[i, j]: the length of the longest common subsequence of old[i..] and now[j..].
        var common = new ushort[old.Count + 1, now.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = now.Count - 1; j >= 0; j--)
            {
                common[i, j] = Same(old[i], now[j]) ? (ushort)(common[i + 1, j + 1] + 1) : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < old.Count || j < now.Count;)
        {
            if (i < old.Count && j < now.Count && Same(old[i], now[j]))
            {
                Add(pieces, DiffKind.Same, [old[i++]]);
                j++;
            }
            else if (j == now.Count || (i < old.Count && common[i + 1, j] >= common[i, j + 1]))
            {
                Add(pieces, DiffKind.Gone, [old[i++]]);
            }
            else
            {
                Add(pieces, DiffKind.Come, [now[j++]]);
            }
        }
    }

    /// <summary>A single character that happens to be equal between two changes only splits them; it is marked with them.</summary>
    private static List<DiffPiece> Readable(List<DiffPiece> pieces)
    {
        var result = new List<DiffPiece>();
        var gone = "";
        var come = "";
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            var stray = piece.Kind == DiffKind.Same && piece.Text.Length == 1 && gone.Length + come.Length > 0 && i + 1 < pieces.Count;
            if (piece.Kind == DiffKind.Gone || stray)
            {
                gone += piece.Text;
            }

            if (piece.Kind == DiffKind.Come || stray)
            {
                come += piece.Text;
            }

            if (piece.Kind == DiffKind.Same && !stray)
            {
                Flush();
                result.Add(piece);
            }
        }

        Flush();
        return result;

        void Flush()
        {
            Add(result, DiffKind.Gone, [gone]);
            Add(result, DiffKind.Come, [come]);
            gone = come = "";
        }
    }

    private static void Add(List<DiffPiece> pieces, DiffKind kind, IEnumerable<string> tokens)
    {
        var text = string.Concat(tokens);
        if (text.Length == 0)
        {
            return;
        }

        if (pieces.Count > 0 && pieces[^1].Kind == kind)
        {
            pieces[^1] = new DiffPiece(kind, pieces[^1].Text + text);
        }
        else
        {
            pieces.Add(new DiffPiece(kind, text));
        }
    }

    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var start = i++;
            if (IsWord(text[start]))
            {
                while (i < text.Length && (IsWord(text[i]) || (text[i] is '.' or ',' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
                {
                    i++;
                }
            }
            else if (char.IsHighSurrogate(text[start]) && i < text.Length)
            {
                i++;
            }

            tokens.Add(text[start..i]);
        }

        return tokens;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
