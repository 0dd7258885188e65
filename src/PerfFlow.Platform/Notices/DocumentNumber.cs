using System.Globalization;
using System.Text.RegularExpressions;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// 发文字号: 机关代字 + 〔年份〕 + 顺序号 + 号, without leading zero and without 第 (GB/T 9704-2012; domain.md §10).
/// </summary>
/// <param name="Word">机关代字: two to twelve Chinese characters.</param>
/// <param name="Year">Four digits, 1900 to 2099.</param>
/// <param name="Seq">From 1 to 99999.</param>
public sealed partial record DocumentNumber(string Word, int Year, int Seq)
{
    /// <summary>The only spelling that is stored and shown: 青财绩效〔2023〕86号.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Word}〔{Year}〕{Seq}号");

    /// <summary>Whether a mark word is one: two to twelve Chinese characters.</summary>
    public static bool IsWord(string? text) => text is not null && WordOnly().IsMatch(text);

    /// <summary>
    /// Reads what people type: any kind of bracket, full-width digits, blanks, 第 and leading zeros are put right.
    /// Null for anything that is no number even then.
    /// </summary>
    public static DocumentNumber? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var match = Typed().Match(text.Normalize(System.Text.NormalizationForm.FormKC));
        if (!match.Success)
        {
            return null;
        }

        var seq = int.Parse(match.Groups["seq"].ValueSpan, CultureInfo.InvariantCulture);
        return seq == 0 ? null : new DocumentNumber(match.Groups["word"].Value, int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture), seq);
    }

    [GeneratedRegex(@"^\s*(?<word>[\u4e00-\u9fa5]{2,12})\s*[\[({【〔〈《]\s*(?<year>(19|20)[0-9]{2})\s*[\])}】〕〉》]\s*第?\s*0{0,4}(?<seq>[0-9]{1,5})\s*号\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Typed();

    [GeneratedRegex(@"^[\u4e00-\u9fa5]{2,12}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WordOnly();
}
