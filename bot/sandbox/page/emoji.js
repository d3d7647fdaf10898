// The emoji that an app at work uses, by Slack's names; another name stays as it is written.

const TABLE = `
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ no_entry ⛔
no_entry_sign 🚫 warning ⚠️ octagonal_sign 🛑 rotating_light 🚨 construction 🚧 hourglass ⌛ hourglass_flowing_sand ⏳
double_vertical_bar ⏸️ pause_button ⏸️ arrow_forward ▶️ stopwatch ⏱️ alarm_clock ⏰ clock3 🕒 calendar 📆 date 📅
spiral_calendar_pad 🗓️ eyes 👀 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶
credit_card 💳 receipt 🧾 bank 🏦 memo 📝 pencil 📝 pencil2 ✏️ bell 🔔 no_bell 🔕 tada 🎉 confetti_ball 🎊 wave 👋
raised_hands 🙌 clap 👏 pray 🙏 muscle 💪 ok_hand 👌 handshake 🤝 raised_hand ✋ hand ✋ robot_face 🤖 bulb 💡 mag 🔍
mag_right 🔎 question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ bangbang ‼️ information_source ℹ️
point_right 👉 point_left 👈 point_up ☝️ point_down 👇 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
large_green_circle 🟢 large_blue_circle 🔵 white_circle ⚪ black_circle ⚫ page_facing_up 📄 page_with_curl 📃
bookmark_tabs 📑 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ inbox_tray 📥 outbox_tray 📤 package 📦
email 📧 envelope ✉️ bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 checkered_flag 🏁
triangular_flag_on_post 🚩 thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 speech_balloon 💬 thought_balloon 💭 clipboard 📋
pushpin 📌 paperclip 📎 link 🔗 hammer_and_wrench 🛠️ wrench 🔧 gear ⚙️ bug 🐛 rocket 🚀 fire 🔥 zap ⚡ boom 💥 sparkles ✨
star ⭐ star2 🌟 heart ❤️ green_heart 💚 blue_heart 💙 broken_heart 💔 100 💯 trophy 🏆 medal 🏅 gift 🎁 coffee ☕ pizza 🍕
cake 🍰 beer 🍺 palm_tree 🌴 sunny ☀️ cloud ☁️ earth_africa 🌍 globe_with_meridians 🌐 house 🏠 office 🏢 car 🚗
airplane ✈️ ship 🚢 computer 💻 phone ☎️ iphone 📱 repeat 🔁 arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ heavy_plus_sign ➕ heavy_minus_sign ➖ new 🆕 ok 🆗 sos 🆘
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ smile 😄 smiley 😃 grinning 😀
grin 😁 joy 😂 slightly_smiling_face 🙂 wink 😉 blush 😊 sunglasses 😎 thinking_face 🤔 neutral_face 😐 confused 😕
cry 😢 sob 😭 angry 😠 scream 😱 sweat_smile 😅 face_with_rolling_eyes 🙄 shrug 🤷 facepalm 🤦 see_no_evil 🙈 ghost 👻
skull 💀 detective 🕵️ busts_in_silhouette 👥 bust_in_silhouette 👤 crown 👑 scales ⚖️ seedling 🌱 unicorn_face 🦄`;

const EMOJI = new Map([...TABLE.matchAll(/(\S+) (\S+)/g)].map(([, name, picture]) => [name, picture]));
const NAME = /:([a-z0-9_+-]+):/g;

/** The picture of a name, or the name between its colons. */
export function emoji(name) {
  return EMOJI.get(name) ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(NAME, (_, name) => emoji(name));
}
