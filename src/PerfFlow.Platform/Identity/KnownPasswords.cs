namespace PerfFlow.Platform.Identity;

/// <summary>
/// Words that guessing starts with, and that composition rules let through with a capital, a year and a sign.
/// A password is judged by what is left of it after folding such decoration away.
/// </summary>
internal static class KnownPasswords
{
    private static readonly HashSet<string> Words = new(
        """
        password passw0rd passwd passphrase letmein welcome admin administrator root test tester testing guest user
        login changeme change secret master monkey dragon football baseball basketball superman batman iloveyou
        sunshine princess shadow michael jennifer charlie trustno freedom whatever computer internet server database
        oracle postgres mysql redis default temp temporary demo qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm
        qazwsx qazwsxedc qwer qweasd qweasdzxc abc abcd abcde abcdef abcdefg abcdefgh abcabc abcdabcd aabbcc
        woaini woaini1314 wodemima mima mimamima nihao nihaoma zhongguo beijing shanghai zhejiang qingtian lishui
        caizheng caizhengju jixiao yusuan yusuanju bangong gongzuo caiwu kuaiji zhengfu xianzhengfu
        perfflow perf finance budget government county company office
        spring summer autumn winter january february march april june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday hello helloworld google windows microsoft huawei
        xiaomi tencent alibaba iphone samsung chelsea liverpool arsenal pokemon starwars matrix mustang ferrari
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    public static bool Contains(string password)
    {
        var lower = password.ToLowerInvariant();
        var core = lower.Trim("0123456789!@#$%^&*()-_=+.,?~ ".ToCharArray());
        return core.Length == 0 || Monotone(lower) || Words.Contains(core) || Words.Contains(Unmask(core)) || Repeats(core);
    }

    private static string Unmask(string word) => word
        .Replace('0', 'o').Replace('1', 'l').Replace('3', 'e').Replace('4', 'a').Replace('5', 's').Replace('7', 't').Replace('@', 'a').Replace('$', 's');

    /// <summary>A run such as 12345678 or abcdefgh, or few characters again and again.</summary>
    private static bool Monotone(string text)
    {
        var steps = 0;
        for (var i = 1; i < text.Length; i++)
        {
            steps += Math.Abs(text[i] - text[i - 1]) <= 1 ? 1 : 0;
        }

        return steps >= text.Length - 2 || text.Distinct().Count() < 4;
    }

    /// <summary>A known word twice: passwordpassword.</summary>
    private static bool Repeats(string core) =>
        core.Length % 2 == 0 && core[..(core.Length / 2)] == core[(core.Length / 2)..] && Words.Contains(core[..(core.Length / 2)]);
}
